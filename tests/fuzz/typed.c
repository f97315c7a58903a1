/* Words that come from people, from mails and from certificates: the input is one of them. */
#include <string.h>

#include "cli/issue/mail.h"
#include "cli/japanese_date.h"
#include "cli/printable.h"
#include "cli/verify/web_address.h"
#include "golden.h"

static void read_date(const char *text, size_t len)
{
    struct mn_date date;
    int year = 0;

    if (mn_date_read(text, &date))
        FUZZ_REQUIRE(mn_date_exists(&date));
    if (!mn_date_read_digits(text, len, &date))
        return;
    FUZZ_REQUIRE(mn_date_exists(&date));
    FUZZ_REQUIRE(!mn_date_era(&date, &year) || year >= 1);
    FUZZ_REQUIRE(*mn_date_text(&date));
}

/* The spelling of a site is its own spelling. */
static void read_address(const char *text)
{
    char site[MN_WEB_ADDRESS_ROOM], again[MN_WEB_ADDRESS_ROOM];

    (void)mn_web_address_is_fine(text);
    if (!mn_web_address_of_site(text, site))
        return;
    FUZZ_REQUIRE(mn_web_address_is_fine(site));
    FUZZ_REQUIRE(mn_web_address_of_site(site, again));
    FUZZ_REQUIRE(strcmp(site, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    FUZZ_REQUIRE(text);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    FUZZ_REQUIRE(fuzz_is_line(mn_printable_span(mn_span(data, size))));
    FUZZ_REQUIRE(fuzz_is_line(mn_printable(text)));
    if (mn_mail_is_address(text))
        FUZZ_REQUIRE(fuzz_is_line(text));
    read_date(text, size);
    read_address(text);
    free(text);
    return 0;
}
