/* What a card answers, up to the whole surface of Cryptoki: a program runs over a simulated card
 * whose answers the input alters, or over answers that are the input. No function may answer what
 * docs/datasheet.md does not have, and no PIN may be sent that docs/pin-safety.md forbids.
 *
 * The input: the program (card_program.h; with 40 the answers are raw), the card, the settings;
 * then the answers (altered_card.h, fuzz_plug.h). */
#include <string.h>

#include "altered_card.h"
#include "answers.h"
#include "card_program.h"
#include "crypto/library.h"
#include "cryptoki/module.h"
#include "folder.h"
#include "pin_watch.h"
#include "target.h"

#define READER "Simulated 00 00"

#define RAW 0x40

#define LEN(array) (sizeof(array) / sizeof(array)[0])

static const char *const personas[] = {
    "fresh",        "no-sfi",        "short-apdu",          "no-pss", "last-try-auth",
    "sign-blocked", "last-try-sign", "no-sign-certificate", "juki",   "phone"};

static const struct {
    const char *name, *text;
    bool spare_last;
} settings[] = {
    {"default", "cache = no\n", true},
    {"always", "cache = no\nsign-always-authenticate = yes\n", true},
    {"last", "cache = no\nspare-last-try = no\n", false},
    {"forget", "cache = no\nkeep-auth-pin = no\npss = yes\n", true},
    {"cache", "cache = yes\n", true},
};

static struct cardsim_bench *bench;
static struct cardsim *cards[LEN(personas)];
static unsigned factory_tries[LEN(personas)][CARDSIM_PIN_COUNT];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    folder_make();
    for (size_t i = 0; i < LEN(settings); i++)
        folder_write(settings[i].name, settings[i].text);
    setenv("XDG_CACHE_HOME", folder_path("caches"), 1);
    setenv("XDG_DATA_HOME", "/dev/null/none", 1);
    answers_load();
    card_program_prepare();
    FUZZ_REQUIRE(cardsim_bench_new(&bench) == MN_OK);
    FUZZ_REQUIRE(cardsim_plug(bench, READER) == MN_OK);
    for (size_t i = 0; i < LEN(personas); i++) {
        FUZZ_REQUIRE(cardsim_new(personas[i], CARDSIM_PKI, &cards[i]) == MN_OK);
        for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++)
            factory_tries[i][pin] = cardsim_tries(cards[i], (enum cardsim_pin)pin);
    }
    /* OpenSSL's context stays between inputs: making one takes longer than most of them. */
    FUZZ_REQUIRE(mn_crypto_open() == MN_OK);
    mn_module_use_readers(altered_readers_open);
    return 0;
}

/* As it was made, for the last input may have changed its PINs and tries. */
static void renew(struct cardsim *card, const unsigned *tries)
{
    FUZZ_REQUIRE(cardsim_set_pin(card, CARDSIM_PIN_AUTH, CARDSIM_AUTH_PIN) == MN_OK);
    FUZZ_REQUIRE(cardsim_set_pin(card, CARDSIM_PIN_SIGN, CARDSIM_SIGN_PIN) == MN_OK);
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++)
        cardsim_set_tries(card, (enum cardsim_pin)pin, tries[pin]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {mn_span(data, size)};
    unsigned program = fuzz_byte(&input);
    unsigned persona = fuzz_below(&input, LEN(personas));
    unsigned setting = fuzz_below(&input, LEN(settings));
    struct cardsim *card = cards[persona];
    renew(card, factory_tries[persona]);
    cardsim_insert(bench, READER, card);
    if (program & RAW)
        altered_card_begin_raw(&input, bench);
    else
        altered_card_begin(&input, bench, READER, card);
    setenv("MYNAKEY_CONFIG", folder_path(settings[setting].name), 1);
    pin_watch_begin(settings[setting].spare_last);
    card_program_run(program);
    cardsim_remove(bench, READER);
    folder_clear("caches");
    return 0;
}
