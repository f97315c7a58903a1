/* For verify.sh: makes, in the folder that is current, what people and authorities would have made.
 *
 *     letter, letter.mnsgn            signed by Taro; stale.mnsgn: by somebody whose certificate
 * ended many/N, many/N.mnsgn            more of Taro's; the last one is Hanako's taro.cer
 * hanako.cer stale.cer   their certificates authority.cer impostor.cer      the authority's, and
 * one of the same name with another key site/N.ors                      7: Taro's, 8: Hanako's, 9:
 * the stale one's 7-WHAT.ors                      what else was or could be said about Taro's */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "crypto/cms.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/pkcs12.h"
#include "crypto/validity_maker.h"

#define HOUR 3600L
#define DAY  (24 * HOUR)
#define YEAR (365 * DAY)
#define MANY 5

#define PASSPHRASE "passphrase"

struct person {
    struct mn_private_key *key;
    struct mn_bytes certificate;
};

static time_t now;

static void must(mn_rc rc, const char *what)
{
    if (rc == MN_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, mn_rc_name(rc));
    exit(1);
}

static void save(const char *path, struct mn_span content)
{
    must(mn_file_write_private(path, content), path);
    if (chmod(path, 0644) != 0) /* the web server reads some of them */
        must(MN_E_FILE, path);
}

static struct person make_person(const char *path, const char *name, time_t from, time_t until)
{
    const struct mn_draft draft = {.name = name,
                                   .address = "東京都架空市中央１－２－３",
                                   .birth_year = 1985,
                                   .not_before = from,
                                   .not_after = until};
    struct person person = {0};

    must(mn_private_key_generate(MN_CHOICE_P256, &person.key), "key");
    must(mn_draft_issue(&draft, person.key, &person.certificate), "certificate");
    save(path, mn_bytes_span(&person.certificate));
    return person;
}

static void save_key(const struct person *person, const char *path)
{
    struct mn_pkcs12 content = {.key = person->key, .certificate = person->certificate};
    struct mn_bytes made = {0};

    must(mn_pkcs12_write(&content, NULL, mn_span(PASSPHRASE, strlen(PASSPHRASE)), &made), path);
    save(path, mn_bytes_span(&made));
    mn_bytes_free(&made);
}

static struct person read_person(const char *path)
{
    struct mn_pkcs12 content;
    struct mn_bytes file = {0};

    must(mn_file_read(path, MN_PKCS12_MAX, &file), path);
    must(mn_pkcs12_read(mn_bytes_span(&file), mn_span(PASSPHRASE, strlen(PASSPHRASE)), &content),
         path);
    mn_bytes_free(&file);
    return (struct person){.key = content.key, .certificate = content.certificate};
}

static void release(struct person *person)
{
    mn_private_key_free(&person->key);
    mn_bytes_free(&person->certificate);
}

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    return mn_private_key_sign_ecdsa(self, content, out, len);
}

static struct mn_cms_signer signer_of(const struct person *person)
{
    return (struct mn_cms_signer){
        .certificate = mn_bytes_span(&person->certificate), .sign = sign, .self = person->key};
}

static void sign_text(const struct person *person, const char *text, time_t when, const char *path)
{
    const struct mn_cms_signer signer = signer_of(person);
    struct mn_bytes made = {0};
    struct mn_cms *cms;

    must(mn_cms_begin(&signer, &cms), path);
    must(mn_cms_add(cms, mn_span(text, strlen(text))), path);
    must(mn_cms_finish(cms, when, &made), path);
    save(path, mn_bytes_span(&made));
    mn_cms_free(&cms);
    mn_bytes_free(&made);
}

static void make_letters(const struct person *taro, const struct person *hanako,
                         const struct person *stale)
{
    static const char text[] = "The quick brown fox jumps over the lazy dog.\n";

    save("letter", mn_span(text, strlen(text)));
    sign_text(taro, text, now - 2 * HOUR, "letter.mnsgn");
    sign_text(stale, text, now - 2 * DAY, "stale.mnsgn");
    if (mkdir("many", 0755) != 0)
        must(MN_E_FILE, "many");
    for (int i = 1; i <= MANY; i++) {
        char content[32], path[32];
        snprintf(content, sizeof content, "letter number %d\n", i);
        snprintf(path, sizeof path, "many/%d", i);
        save(path, mn_span(content, strlen(content)));
        snprintf(path, sizeof path, "many/%d.mnsgn", i);
        sign_text(i == MANY ? hanako : taro, content, now - HOUR, path);
    }
}

static void say(struct mn_validity_maker *authority, const struct person *person,
                const struct mn_validity *what, const char *path)
{
    struct mn_bytes made = {0};

    must(mn_validity_make(authority, mn_bytes_span(&person->certificate), what, &made), path);
    save(path, mn_bytes_span(&made));
    mn_bytes_free(&made);
}

static struct mn_validity good(uint64_t number, time_t from, time_t until)
{
    return (struct mn_validity){
        .number = number, .produced_at = from, .this_update = from, .next_update = until};
}

static void say_of_taro(struct mn_validity_maker *authority, const struct person *taro)
{
    struct mn_validity what = good(7, now - 2 * DAY, now + YEAR);

    say(authority, taro, &what, "7-before.ors");
    what = good(7, now - 4 * HOUR, now + 2 * YEAR);
    say(authority, taro, &what, "site/7.ors");
    what = good(7, now - 3 * DAY, now - DAY);
    say(authority, taro, &what, "7-expired.ors");
    what = good(7, now + DAY, now + YEAR);
    say(authority, taro, &what, "7-ahead.ors");
    what = good(7, now - HOUR, now + YEAR);
    what.state = MN_VALIDITY_REVOKED;
    what.revoked_at = now - 90 * 60;
    what.reason = MN_REASON_KEY_COMPROMISE;
    say(authority, taro, &what, "7-revoked.ors");
    what = good(7, now - 30 * 60, now + YEAR);
    say(authority, taro, &what, "7-newest.ors");
}

static void make_statements(const struct person *authority, const struct person *impostor,
                            const struct person *taro, const struct person *hanako,
                            const struct person *stale)
{
    const struct mn_cms_signer true_one = signer_of(authority), false_one = signer_of(impostor);
    struct mn_validity what = good(8, now - 4 * HOUR, now + 2 * YEAR);
    struct mn_validity_maker *maker;

    if (mkdir("site", 0755) != 0)
        must(MN_E_FILE, "site");
    must(mn_validity_maker_open(&true_one, &maker), "authority");
    say_of_taro(maker, taro);
    say(maker, hanako, &what, "site/8.ors");
    what = good(9, now - 4 * HOUR, now + 2 * YEAR);
    say(maker, stale, &what, "site/9.ors");
    mn_validity_maker_free(&maker);
    must(mn_validity_maker_open(&false_one, &maker), "impostor");
    what = good(7, now - 60, now + YEAR);
    say(maker, taro, &what, "7-forged.ors");
    mn_validity_maker_free(&maker);
}

static void revoke_now(void)
{
    struct person authority = read_person("authority.pfx"), taro = read_person("taro.pfx");
    const struct mn_cms_signer signer = signer_of(&authority);
    struct mn_validity what = good(7, now, now + YEAR);
    struct mn_validity_maker *maker;

    what.state = MN_VALIDITY_REVOKED;
    what.revoked_at = now;
    must(mn_validity_maker_open(&signer, &maker), "authority");
    say(maker, &taro, &what, "7-just-revoked.ors");
    mn_validity_maker_free(&maker);
    release(&authority);
    release(&taro);
}

static void make_all(void)
{
    struct person taro = make_person("taro.cer", "架空　太郎", now - DAY, now + 3 * YEAR);
    struct person hanako = make_person("hanako.cer", "架空　花子", now - DAY, now + 3 * YEAR);
    struct person stale = make_person("stale.cer", "架空　次郎", now - 9 * DAY, now - DAY);
    struct person authority =
        make_person("authority.cer", "架空市有効性確認室", now - YEAR, now + 9 * YEAR);
    struct person impostor =
        make_person("impostor.cer", "架空市有効性確認室", now - YEAR, now + 9 * YEAR);

    make_letters(&taro, &hanako, &stale);
    make_statements(&authority, &impostor, &taro, &hanako, &stale);
    save_key(&taro, "taro.pfx");
    save_key(&hanako, "hanako.pfx");
    save_key(&authority, "authority.pfx");
    release(&taro);
    release(&hanako);
    release(&stale);
    release(&authority);
    release(&impostor);
}

int main(int argc, char **argv)
{
    now = time(NULL);
    must(mn_crypto_open(), "libcrypto");
    if (argc > 1 && strcmp(argv[1], "revoke") == 0)
        revoke_now();
    else
        make_all();
    mn_crypto_close();
    return 0;
}
