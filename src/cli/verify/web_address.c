#include "cli/verify/web_address.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

static bool is_printable_ascii(const char *s)
{
    for (; *s; s++)
        if (*s <= 0x20 || *s >= 0x7F)
            return false;
    return true;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

static bool has_scheme(CURLU *url, const char *scheme)
{
    char *text = NULL;
    bool is =
        curl_url_get(url, CURLUPART_SCHEME, &text, 0) == CURLUE_OK && strcasecmp(text, scheme) == 0;
    curl_free(text);
    return is;
}

/* libcurl undoes the percent signs in a host: what was printable may not be any more. */
static bool has_plain_host(CURLU *url)
{
    char *host = NULL;
    bool plain =
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK && is_printable_ascii(host);
    curl_free(host);
    return plain;
}

/* What is to be freed with curl_url_cleanup, or NULL where there is something to refuse. */
static CURLU *read_address(const char *address)
{
    CURLU *url = is_printable_ascii(address) ? curl_url() : NULL;
    if (url && curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
        (has_scheme(url, "http") || has_scheme(url, "https")) && has_plain_host(url) &&
        !has_part(url, CURLUPART_USER) && !has_part(url, CURLUPART_PASSWORD))
        return url;
    curl_url_cleanup(url);
    return NULL;
}

bool mn_web_address_is_fine(const char *address)
{
    CURLU *url = read_address(address);
    curl_url_cleanup(url);
    return url != NULL;
}

bool mn_web_address_is_secure(const char *address)
{
    CURLU *url = read_address(address);
    bool secure = url && has_scheme(url, "https");
    curl_url_cleanup(url);
    return secure;
}

static void cut_slashes(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '/')
        text[--len] = '\0';
}

/* libcurl leaves the host's letters as they are. */
static bool lower_host(CURLU *url)
{
    char *host = NULL;
    if (curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return false;
    for (char *c = host; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    bool set = curl_url_set(url, CURLUPART_HOST, host, 0) == CURLUE_OK;
    curl_free(host);
    return set;
}

bool mn_web_address_of_site(const char *typed, char out[MN_WEB_ADDRESS_ROOM])
{
    char whole[MN_WEB_ADDRESS_ROOM], *text = NULL;
    bool fine = snprintf(whole, sizeof whole, "%s%s", strstr(typed, "://") ? "" : "https://",
                         typed) < (int)sizeof whole;
    CURLU *url = fine ? read_address(whole) : NULL;

    out[0] = '\0';
    fine = url && lower_host(url) && !has_part(url, CURLUPART_QUERY) &&
           !has_part(url, CURLUPART_FRAGMENT) &&
           curl_url_get(url, CURLUPART_URL, &text, CURLU_NO_DEFAULT_PORT) == CURLUE_OK &&
           strlen(text) < MN_WEB_ADDRESS_ROOM;
    if (fine) {
        cut_slashes(text);
        memcpy(out, text, strlen(text) + 1);
    }
    curl_free(text);
    curl_url_cleanup(url);
    return fine;
}
