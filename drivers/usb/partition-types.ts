/**
 * Partitions that belong to a system, or that a PC hides: whoever is handed the stick would find nothing that lies in there. As udev
 * says it (`ID_PART_ENTRY_TYPE`, libblkid's word): GPT types as lower-case GUIDs, MBR types as `0xef`. Source: util-linux's own lists,
 * `include/pt-gpt-partnames.h` and `include/pt-mbr-partnames.h`.
 */
const SYSTEM: ReadonlySet<string> = new Set([
  'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', // EFI system
  '21686148-6449-6e6f-744e-656564454649', // BIOS boot
  'e3c9e316-0b5c-4db8-817d-f92df00215ae', // Microsoft reserved
  '5808c8aa-7e8f-42e0-85d2-e1e90434cfb3', // Microsoft LDM metadata
  'de94bba4-06d1-4d40-a16a-bfd50179d6ac', // Windows recovery environment
  '426f6f74-0000-11aa-aa11-00306543ecac', // Apple boot
  '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', // Linux swap
  'bc13c2ff-59e6-4262-a352-b275fd6f7172', // Linux extended boot
  '0x11', // hidden FAT12
  '0x12', // a maker's diagnostics
  '0x14', // hidden FAT16, under 32 MB
  '0x16', // hidden FAT16
  '0x17', // hidden NTFS
  '0x1b', // hidden FAT32
  '0x1c', // hidden FAT32, LBA
  '0x1e', // hidden FAT16, LBA
  '0x27', // Windows recovery environment
  '0x82', // Linux swap
  '0xef', // EFI system
]);

/** What every PC shows; the same source. */
const SHOWN: ReadonlySet<string> = new Set([
  'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7', // Microsoft basic data
  '0x1', // FAT12
  '0x4', // FAT16, under 32 MB
  '0x6', // FAT16
  '0x7', // NTFS, exFAT
  '0xb', // FAT32
  '0xc', // FAT32, LBA
  '0xe', // FAT16, LBA
]);

/** Whether a partition of this type is no place for files; `''`: it is no partition, or nobody knows. */
export const isSystemType = (type: string): boolean => SYSTEM.has(type);

/** Whether any PC shows a partition of this type. */
export const isShownType = (type: string): boolean => SHOWN.has(type);
