import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sinon from 'sinon';
import { FolderFiles } from '../../../drivers/usb/folder.js';

describe('files of a stick', () => {
  let root = '';
  let files: FolderFiles;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-volume-'));
    files = new FolderFiles(root, 'stick');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const at = (...names: string[]) => path.join(root, ...names);
  const bytesOf = async (folder: string, name: string): Promise<string> => {
    const parts: Buffer[] = [];
    for await (const piece of files.read(folder, name)) parts.push(Buffer.from(piece));
    return Buffer.concat(parts).toString();
  };

  it('made, named, read, removed', async () => {
    assert.equal(await files.makeFolder('ours'), true);
    assert.equal(await files.makeFolder('ours'), false);
    const file = await files.create('ours', 'a.part');
    await file.write(Buffer.from('he'));
    await file.write(Buffer.alloc(200_000, 'l'));
    await file.finish();
    await file.abandon();
    await files.rename('ours', 'a.part', 'a');
    assert.equal((await bytesOf('ours', 'a')).length, 200_002);
    assert.deepEqual(await files.list('ours'), [{ name: 'a', kind: 'file', bytes: 200_002 }]);
    await files.removeFolder('ours');
    assert.deepEqual(readdirSync(root), ['ours'], 'not empty: it stays');
    await files.remove('ours', 'a');
    await files.remove('ours', 'a');
    await files.removeFolder('ours');
    await files.removeFolder('ours');
    assert.equal(await files.list('ours'), null);
    assert.ok((await files.freeBytes()) > 0);
  });

  it('nothing that is there is opened, followed or written over', async () => {
    writeFileSync(at('target'), 'theirs');
    await files.makeFolder('ours');
    symlinkSync(at('target'), at('ours', 'link'));
    symlinkSync(at('nowhere'), at('ours', 'dangling'));
    writeFileSync(at('ours', 'there'), 'there');
    for (const name of ['link', 'dangling', 'there']) {
      await assert.rejects(files.create('ours', name), { code: 'DEVICE_FAILED' }, name);
    }
    await assert.rejects(bytesOf('ours', 'link'), { code: 'DEVICE_FAILED' });
    const file = await files.create('ours', 'new.part');
    await file.finish();
    for (const name of ['link', 'dangling', 'there']) {
      await assert.rejects(files.rename('ours', 'new.part', name), { code: 'DEVICE_FAILED' }, name);
    }
    await files.remove('ours', 'link');
    assert.equal(readFileSync(at('target'), 'utf8'), 'theirs');
    assert.equal(readFileSync(at('ours', 'there'), 'utf8'), 'there');
  });

  it('a folder that is a link is none', async () => {
    mkdirSync(at('theirs'));
    symlinkSync(at('theirs'), at('ours'));
    assert.equal(await files.makeFolder('ours'), false);
    assert.equal(await files.list('ours'), null);
    for (const task of [
      () => files.create('ours', 'a'),
      () => files.remove('ours', 'a'),
      () => files.rename('ours', 'a', 'b'),
      () => bytesOf('ours', 'a'),
    ]) {
      await assert.rejects(task(), { code: 'DEVICE_FAILED' });
    }
    assert.deepEqual(readdirSync(at('theirs')), []);
  });

  it('a pipe is not waited for', async () => {
    await files.makeFolder('ours');
    execFileSync('mkfifo', [at('ours', 'pipe')]);
    await assert.rejects(bytesOf('ours', 'pipe'), { code: 'DEVICE_FAILED' });
    assert.deepEqual(
      (await files.list('ours'))?.map(({ kind }) => kind),
      ['other'],
    );
  });

  for (const name of ['', '.', '..', '.hidden', 'a/b', '../x', 'a\\b', 'a\0b', 'あ', 'x'.repeat(101)]) {
    it(`${JSON.stringify(name.slice(0, 20))} is no name`, async () => {
      await files.makeFolder('ours');
      await assert.rejects(files.makeFolder(name), RangeError);
      await assert.rejects(files.create('ours', name), RangeError);
      await assert.rejects(files.rename('ours', 'a', name), RangeError);
      await assert.rejects(bytesOf('ours', name), RangeError);
    });
  }

  it('in the order that FAT needs: its table before a name, and a file again under its new name', async () => {
    await files.makeFolder('ours');
    const file = await files.create('ours', 'a.part');
    await file.write(Buffer.alloc(1000));
    const handle = await open(at('ours', 'a.part'));
    const sync = sinon.stub(Object.getPrototypeOf(handle) as FileHandle, 'sync');
    const synced: string[] = [];
    sync.callsFake(async function (this: FileHandle) {
      synced.push(path.basename(readlinkSync(`/proc/self/fd/${this.fd}`)));
      await sync.wrappedMethod.call(this);
    });
    try {
      await file.finish();
      assert.deepEqual(synced.splice(0), ['ours', 'a.part']);
      await files.rename('ours', 'a.part', 'a');
      assert.deepEqual(synced, ['a', 'ours']);
    } finally {
      sync.restore();
      await handle.close();
    }
  });

  it('a top folder that belongs to somebody else refuses, and is not called broken', async function () {
    if (process.getuid?.() !== 0) {
      console.log('      (skipped: becoming nobody needs root)');
      this.skip();
    }
    chmodSync(root, 0o755);
    process.seteuid?.(65_534);
    try {
      const message = 'stick: its top folder may not be written to by this recorder';
      await assert.rejects(files.makeFolder('ours'), { code: 'DEVICE_REFUSED', message });
    } finally {
      process.seteuid?.(0);
    }
  });

  describe('what is made is for others to read', () => {
    let before = 0;
    beforeEach(() => {
      before = process.umask(0o077);
    });
    afterEach(() => process.umask(before));
    const make = async (): Promise<void> => {
      await files.makeFolder('ours');
      await (await files.create('ours', 'a')).finish();
    };

    it('whatever the umask', async () => {
      await make();
      const modes = [at('ours'), at('ours', 'a')].map((file) => (statSync(file).mode & 0o777).toString(8));
      assert.deepEqual(modes, ['755', '644']);
    });

    it('and nothing fails where a file system has no modes', async () => {
      const handle = await open(root);
      const refused = Object.assign(new Error('EPERM: operation not permitted, fchmod'), { code: 'EPERM' });
      const chmod = sinon.stub(Object.getPrototypeOf(handle) as FileHandle, 'chmod').rejects(refused);
      try {
        await make();
        assert.equal(chmod.callCount, 2);
      } finally {
        chmod.restore();
        await handle.close();
      }
    });
  });

  it('a volume that has gone says so', async () => {
    await files.makeFolder('ours');
    rmSync(root, { recursive: true });
    await assert.rejects(files.create('ours', 'a'), { code: 'DEVICE_GONE' });
  });
});
