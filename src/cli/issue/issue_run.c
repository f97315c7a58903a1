#include "cli/issue/issue_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/file_set.h"
#include "cli/card_owner.h"
#include "cli/issue/issue_review.h"
#include "cli/issue/mail.h"
#include "cli/message.h"
#include "cli/own_token.h"
#include "cli/passphrase_prompt.h"
#include "cli/prompt.h"
#include "cli/issue/validity.h"
#include "cli/verb.h"
#include "crypto/cms.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/pkcs12.h"

/* The files, in the order in which they get their names: the key comes last, for without the others
 * it would look like a whole set. */
enum { CER, MNSGN, EML, PFX, FILES };
static const char *const endings[FILES] = {
    [CER] = ".cer", [MNSGN] = ".mnsgn", [EML] = ".eml", [PFX] = ".pfx"};

struct run {
    const struct mn_issue_options *options;
    time_t now, not_after;
    char stamp[MN_STAMP_ROOM];
    struct mn_card_owner owner;
    struct mn_secret *passphrase;
    struct mn_private_key *key;
    char *name, *address;
    char *paths[FILES];
    struct mn_bytes contents[FILES];
};

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- before the card --- */

static bool is_wanted(const struct run *run, int file)
{
    return file != EML || run->options->mail;
}

static int name_files(struct run *run)
{
    for (int i = 0; i < FILES; i++)
        if (is_wanted(run, i) &&
            asprintf(&run->paths[i], "%s%s", run->options->out, endings[i]) < 0) {
            run->paths[i] = NULL;
            return failed(MN_E_MEMORY);
        }
    return MN_EXIT_OK;
}

/* The wanted files as a set; items has room for all. */
static struct mn_file_set file_set(const struct run *run, struct mn_file_item items[FILES])
{
    struct mn_file_set set = {.items = items, .stamp = run->options->force ? run->stamp : NULL};
    for (int i = 0; i < FILES; i++)
        if (is_wanted(run, i))
            items[set.len++] = (struct mn_file_item){.path = run->paths[i],
                                                     .content = mn_bytes_span(&run->contents[i])};
    return set;
}

static int tell_files(mn_rc rc, const struct mn_file_set *set)
{
    if (!rc)
        return MN_EXIT_OK;
    const char *path = set->items[set->at].path;
    fprintf(stderr, "mynakey: %s: %s\n", path, mn_message_rc(rc));
    if (rc == MN_E_FILE_EXISTS)
        fprintf(stderr,
                _("With --force it is moved to a name with the date, --out NAME takes another "
                  "name.\n"));
    return MN_EXIT_FAILED;
}

static int check_files(struct run *run)
{
    struct mn_file_item items[FILES];
    struct mn_file_set set = file_set(run, items);
    return tell_files(mn_file_set_check(&set), &set);
}

/* What comes after the login and can be known to fail now is worth no password: no terminal for
 * the questions, a passphrase that cannot be read or that is weak whoever its owner is. What comes
 * from standard input follows the password there, and so has to wait. */
static int look_at_answers(struct run *run)
{
    static const struct mn_passphrase_owner nobody;
    const char *file = run->options->passphrase_file;
    bool good = mn_prompt_can_confirm(run->options->yes);
    if (good && !file)
        good = mn_prompt_can_ask("--passphrase-file");
    else if (good && strcmp(file, "-") != 0)
        good = mn_passphrase_ask_new(file, &nobody, &run->passphrase);
    return good ? MN_EXIT_OK : MN_EXIT_FAILED;
}

/* --- with the card --- */

static int open_card(struct run *run)
{
    const struct mn_issue_options *o = run->options;
    return mn_card_owner_open(&run->owner, o->reader, o->pin_file, o->trust_anchor, run->now);
}

static int set_end(struct run *run)
{
    const struct mn_issue_options *o = run->options;
    time_t card_end = run->owner.certificate.not_after_time;
    run->not_after =
        o->days ? run->now + (time_t)o->days * 86400 : mn_years_later(run->now, MN_ISSUE_YEARS);
    if (run->not_after > card_end)
        run->not_after = card_end;
    if (o->with_birth_year && run->owner.year == 0) {
        fprintf(stderr, _("mynakey: the card does not tell the year of birth\n"));
        return MN_EXIT_FAILED;
    }
    return MN_EXIT_OK;
}

static int review(struct run *run)
{
    const struct mn_issue_review review = {
        .options = run->options,
        .holder = &run->owner.holder,
        .birth_year = run->options->with_birth_year ? run->owner.year : 0,
        .not_before = run->now,
        .not_after = run->not_after,
        .card_not_after = run->owner.certificate.not_after_time,
        .published_root = run->owner.published,
    };
    mn_issue_review_print(&review);
    fflush(stdout);
    return mn_prompt_confirm(_("Issue it?"), run->options->yes) ? MN_EXIT_OK : MN_EXIT_FAILED;
}

static int ask_passphrase(struct run *run)
{
    struct mn_card_owner *owner = &run->owner;
    struct mn_passphrase_owner known = {.pin = mn_secret_span(owner->pin)};
    if (owner->year && owner->month && owner->day)
        snprintf(known.birth, sizeof known.birth, "%04u%02u%02u", (unsigned)owner->year % 10000,
                 (unsigned)owner->month % 100, (unsigned)owner->day % 100);
    bool given = run->passphrase ? mn_passphrase_is_strong(run->passphrase, &known)
                                 : mn_passphrase_ask_new(run->options->passphrase_file, &known,
                                                         &run->passphrase);
    mn_wipe(known.birth, sizeof known.birth);
    mn_secret_free(&owner->pin);
    return given ? MN_EXIT_OK : MN_EXIT_FAILED;
}

/* --- making it --- */

static char *string_of(const struct mn_bytes *field)
{
    return strndup((const char *)field->ptr, field->len);
}

static int make_certificate(struct run *run)
{
    const struct mn_issue_options *o = run->options;
    run->name = string_of(&run->owner.holder.name);
    run->address = string_of(&run->owner.holder.address);
    if (!run->name || !run->address)
        return failed(MN_E_MEMORY);
    const struct mn_draft draft = {.name = run->name,
                                   .address = run->address,
                                   .birth_year = o->with_birth_year ? (unsigned)run->owner.year : 0,
                                   .mail = o->own_mail,
                                   .ocsp_url = o->site,
                                   .not_before = run->now,
                                   .not_after = run->not_after};
    mn_rc rc = mn_private_key_generate(o->key, &run->key);
    if (rc == MN_OK)
        rc = mn_draft_issue(&draft, run->key, &run->contents[CER]);
    return rc ? failed(rc) : MN_EXIT_OK;
}

static mn_rc sign_on_card(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    const struct mn_scheme scheme = {.kind = MN_SCHEME_PKCS1};
    return mn_signing_card_sign(self, &scheme, content, out, len);
}

static mn_rc sign(const struct run *run, const struct mn_certificates *issuers,
                  struct mn_bytes *out)
{
    const struct mn_cms_signer signer = {
        .certificate = mn_signing_card_certificate(run->owner.card),
        .issuers = issuers,
        .sign = sign_on_card,
        .self = run->owner.card,
    };
    struct mn_cms *cms = NULL;
    mn_rc rc = mn_cms_begin(&signer, &cms);
    if (rc == MN_OK)
        rc = mn_cms_add(cms, mn_bytes_span(&run->contents[CER]));
    if (rc == MN_OK)
        rc = mn_cms_finish(cms, run->now, out);
    mn_cms_free(&cms);
    return rc;
}

/* The only use of the card's key in the whole run. */
static int make_signature(struct run *run)
{
    struct mn_certificates issuers = {0};
    struct mn_span ca = mn_signing_card_ca_certificate(run->owner.card);
    mn_rc rc = ca.len > 0 ? mn_certificates_add(&issuers, ca) : MN_OK;
    if (rc == MN_OK)
        rc = sign(run, &issuers, &run->contents[MNSGN]);
    mn_certificates_free(&issuers);
    return rc ? failed(rc) : MN_EXIT_OK;
}

static int make_key_file(struct run *run)
{
    struct mn_pkcs12 content = {.key = mn_private_key_retain(run->key)};
    mn_rc rc = mn_bytes_set(&content.certificate, mn_bytes_span(&run->contents[CER]));
    if (rc == MN_OK)
        rc = mn_pkcs12_write(&content, run->name, mn_secret_span(run->passphrase),
                             &run->contents[PFX]);
    mn_pkcs12_release(&content);
    mn_secret_free(&run->passphrase);
    return rc ? failed(rc) : MN_EXIT_OK;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The authority is Japanese, and so is what is written to it, whatever the owner's locale. */
static int make_mail(struct run *run)
{
    const struct mn_issue_options *o = run->options;
    if (!o->mail)
        return MN_EXIT_OK;
    const struct mn_mail_part parts[] = {
        {file_name(run->paths[CER]), "application/pkix-cert", mn_bytes_span(&run->contents[CER])},
        {file_name(run->paths[MNSGN]), "application/pkcs7-signature",
         mn_bytes_span(&run->contents[MNSGN])},
    };
    const char *sender = o->own_mail ? o->own_mail : getenv("EMAIL"); /* as other programs do */
    const struct mn_mail mail = {
        .to = o->mail,
        .from = sender && mn_mail_is_address(sender) ? sender : NULL,
        .subject = "MyNumSignの証明書発行希望",
        .text = "証明書の発行を希望します。\n\n"
                "証明書（.cer）と、マイナンバーカードによるその署名（.mnsgn）を添付します。\n",
        .date = run->now,
        .parts = parts,
        .len = sizeof parts / sizeof parts[0],
    };
    mn_rc rc = mn_mail_write(&mail, &run->contents[EML]);
    return rc ? failed(rc) : MN_EXIT_OK;
}

/* --- the end --- */

static int add_token(const struct run *run, const char *old_pfx)
{
    const struct mn_own_token token = {.pfx = run->paths[PFX],
                                       .moved_to = old_pfx,
                                       .certificate = mn_bytes_span(&run->contents[CER])};
    return run->options->no_add ? MN_EXIT_OK : mn_own_token_add(&token);
}

static void tell_written(const struct mn_file_set *set)
{
    for (size_t i = 0; i < set->len; i++)
        if (set->items[i].moved_to)
            printf(_("%s was there; it is %s now.\n"), set->items[i].path, set->items[i].moved_to);
    printf(_("Written:"));
    for (size_t i = 0; i < set->len; i++)
        printf(" %s", set->items[i].path);
    putchar('\n');
    fflush(stdout);
}

static int write_files(struct run *run)
{
    struct mn_file_item items[FILES];
    struct mn_file_set set = file_set(run, items);
    mn_signing_card_close(&run->owner.card); /* the card may leave now */
    int status = tell_files(mn_file_set_write(&set), &set);
    if (status == MN_EXIT_OK) {
        tell_written(&set);
        status = add_token(run, items[set.len - 1].moved_to);
    }
    mn_file_set_release(&set);
    return status;
}

static void release(struct run *run)
{
    mn_private_key_free(&run->key);
    mn_secret_free(&run->passphrase);
    mn_card_owner_release(&run->owner);
    free(run->name);
    free(run->address);
    for (int i = 0; i < FILES; i++) {
        free(run->paths[i]);
        mn_bytes_free(&run->contents[i]);
    }
}

/* Nothing is written before the last step. */
int mn_issue_run(const struct mn_issue_options *options)
{
    static int (*const steps[])(struct run *) = {
        name_files,     check_files,      look_at_answers, open_card,     set_end,   review,
        ask_passphrase, make_certificate, make_signature,  make_key_file, make_mail, write_files,
    };
    struct run run = {.options = options, .now = time(NULL)};
    int status = MN_EXIT_OK;
    mn_stamp(run.now, run.stamp);
    mn_crypto_let_host_configure();
    mn_rc rc = mn_crypto_open();
    if (rc)
        return failed(rc);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == MN_EXIT_OK; i++)
        status = steps[i](&run);
    release(&run);
    mn_crypto_close();
    return status;
}
