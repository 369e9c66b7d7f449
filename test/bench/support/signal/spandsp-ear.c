/*
 * What spandsp hears in raw 16-bit samples at 8 kHz, with the receivers that together do what ours do: caller ID as FSK
 * (CLASS, CLIP, JCLIP) and as DTMF, keys, and Japan's call progress tones.
 *
 *   spandsp-ear FILE
 *
 * Prints a line for each event (`caller-id NUMBER`, `dtmf KEYS`, `tone INDEX`) and then, for each group of receivers, `cost NAME
 * NANOSECONDS` of processor time. The file is in memory before a clock starts, and each group runs over it by itself.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#define SPANDSP_EXPOSE_INTERNAL_STRUCTURES
#include <spandsp.h>

enum { CHUNK = 160 };

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int is_number(int standard, int field)
{
    switch (standard) {
    case ADSI_STANDARD_JCLIP: return field == JCLIP_CALLER_NUMBER;
    case ADSI_STANDARD_CLIP: return field == CLIP_CALLER_NUMBER;
    case ADSI_STANDARD_CLASS: return field == MCLASS_CALLER_NUMBER;
    default: return field == CLIP_DTMF_C_CALLER_NUMBER || field == CLIP_DTMF_HASH_CALLER_NUMBER;
    }
}

static adsi_rx_state_t *adsi[4];
static const int standards[4] = {ADSI_STANDARD_CLASS, ADSI_STANDARD_CLIP, ADSI_STANDARD_JCLIP, ADSI_STANDARD_CLIP_DTMF};

static void on_message(void *user, const uint8_t *message, int length)
{
    int which = (int) (intptr_t) user;
    int position = -1;
    uint8_t type;
    const uint8_t *body;
    int body_length;
    while ((position = adsi_next_field(adsi[which], message, length, position, &type, &body, &body_length)) > 0) {
        if (body != NULL && is_number(standards[which], type)) printf("caller-id %.*s\n", body_length, (const char *) body);
    }
}

static void on_keys(void *user, const char *keys, int length)
{
    (void) user;
    printf("dtmf %.*s\n", length, keys);
}

static void on_tone(void *user, int code, int level, int delay)
{
    (void) user;
    (void) level;
    (void) delay;
    if (code >= 0) printf("tone %d\n", code);
}

static super_tone_rx_state_t *tones(void)
{
    super_tone_rx_descriptor_t *plan = super_tone_rx_make_descriptor(NULL);
    int dial = super_tone_rx_add_tone(plan);
    super_tone_rx_add_element(plan, dial, 400, 0, 700, 0);
    int busy = super_tone_rx_add_tone(plan);
    for (int i = 0; i < 2; i += 1) {
        super_tone_rx_add_element(plan, busy, 400, 0, 400, 600);
        super_tone_rx_add_element(plan, busy, 0, 0, 400, 600);
    }
    int ringback = super_tone_rx_add_tone(plan);
    super_tone_rx_add_element(plan, ringback, 400, 0, 800, 1200);
    super_tone_rx_add_element(plan, ringback, 0, 0, 1600, 2400);
    return super_tone_rx_init(NULL, plan, on_tone, NULL);
}

int main(int argc, char *argv[])
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: spandsp-ear FILE\n");
        return 2;
    }
    fseek(file, 0, SEEK_END);
    int count = (int) (ftell(file) / 2);
    rewind(file);
    int16_t *samples = malloc(2 * (size_t) count + 2);
    if (samples == NULL || fread(samples, 2, (size_t) count, file) != (size_t) count) return 1;
    fclose(file);

    int64_t spent = 0;
    for (int which = 0; which < 4; which += 1) {
        adsi[which] = adsi_rx_init(NULL, standards[which], on_message, (void *) (intptr_t) which);
        int64_t before = nanoseconds();
        for (int at = 0; at < count; at += CHUNK) adsi_rx(adsi[which], samples + at, count - at < CHUNK ? count - at : CHUNK);
        spent += nanoseconds() - before;
    }
    printf("cost caller-id %lld\n", (long long) spent);

    dtmf_rx_state_t *dtmf = dtmf_rx_init(NULL, on_keys, NULL);
    int64_t before = nanoseconds();
    for (int at = 0; at < count; at += CHUNK) dtmf_rx(dtmf, samples + at, count - at < CHUNK ? count - at : CHUNK);
    printf("cost dtmf %lld\n", (long long) (nanoseconds() - before));

    super_tone_rx_state_t *tone = tones();
    before = nanoseconds();
    for (int at = 0; at < count; at += CHUNK) super_tone_rx(tone, samples + at, count - at < CHUNK ? count - at : CHUNK);
    printf("cost tones %lld\n", (long long) (nanoseconds() - before));
    free(samples);
    return 0;
}
