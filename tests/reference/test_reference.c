/* What each kind of token says of itself, against the reference in this folder.
 *
 * After a deliberate change the references are written anew by the same test with
 * MYNAKEY_REFERENCE=renew in its environment; what changed is then to be seen in version control.
 */
#include <stdlib.h>
#include <string.h>

#include "base/scratch.h"
#include "kinds.h"
#include "runner.h"
#include "writer.h"

static const char *reference_of(const struct kind *of)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s.txt", REFERENCES, of->name);
    return path;
}

static void write_to(const char *path)
{
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fprintf(out, "What the token \"%s\" says of itself.\n", kind->name);
    write_token(out);
    ck_assert_int_eq(fclose(out), 0);
}

/* Do the files say the same? Where they do not, is printed as lines that TAP passes over. */
static bool agree(const char *reference, const char *now, bool print)
{
    char command[2200], line[512];
    bool same = true;
    snprintf(command, sizeof command, "diff -u '%s' '%s' 2>&1", reference, now);
    FILE *diff = popen(command, "r");
    ck_assert_ptr_nonnull(diff);
    while (fgets(line, sizeof line, diff)) {
        if (print)
            printf("#   %s", line);
        same = false;
    }
    fflush(stdout);
    return pclose(diff) == 0 && same;
}

static const char *write_now(void)
{
    const char *now = mn_scratch_path("now");
    write_to(now);
    return now;
}

START_TEST(every_token_says_what_its_reference_has)
{
    const char *renew = getenv("MYNAKEY_REFERENCE");
    kind_begin(_i);
    if (renew && strcmp(renew, "renew") == 0)
        write_to(reference_of(kind));
    else
        ck_assert_msg(agree(reference_of(kind), write_now(), true),
                      "the token %s has changed. If that is meant: "
                      "MYNAKEY_REFERENCE=renew meson test -C BUILD reference",
                      kind->name);
}
END_TEST

/* A flag less, a line more, another value: each is seen. */
START_TEST(a_difference_from_the_reference_is_seen)
{
    static const char *const edits[] = {"s/ CKF_LOGIN_REQUIRED//", "/CKA_EXTRACTABLE/d",
                                        "s/CKA_SENSITIVE true/CKA_SENSITIVE false/",
                                        "s/ CKF_VERIFY//", "$s/$/!/"};
    char command[2200];
    kind_begin(_i);
    const char *now = write_now(), *edited = mn_scratch_path("edited");
    ck_assert(agree(now, now, true));
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        snprintf(command, sizeof command, "sed '%s' '%s' >'%s'", edits[i], now, edited);
        ck_assert_int_eq(system(command), 0);
        ck_assert_msg(!agree(now, edited, false), "%s", edits[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference");
    TCase *tcase = tcase_create("reference");

    stage_attach(tcase);
    kinds_add(tcase, every_token_says_what_its_reference_has);
    kinds_add(tcase, a_difference_from_the_reference_is_seen);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
