/* The files in which programs are told of modules: edited, and edited back. */
#include "cli/setup/setup_edit.h"

#include <stdlib.h>
#include <string.h>

#include "cli/setup/setup_library.h"
#include "runner.h"

#define INTERNAL                                                                                   \
    "library=\nname=NSS Internal PKCS #11 Module\nparameters=configdir='sql:/p' flags= \n"         \
    "NSS=Flags=internal,critical trustOrder=75\n\n"
#define FOREIGN "library=/usr/lib/opensc-pkcs11.so\nname=OpenSC\nNSS=trustOrder=100\n\n"
#define OURS    "library=/m/mynakey-auth-pkcs11.so\nname=mynakey\n\n"
#define ITEMS   "<?xml version=\"1.0\"?>\n<oor:items xmlns:oor=\"x\">\n"
#define OTHER                                                                                      \
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\"><prop "                   \
    "oor:name=\"MacroSecurityLevel\" oor:op=\"fuse\"><value>1</value></prop></item>\n"
#define CERT_DIR                                                                                   \
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\"><prop "                   \
    "oor:name=\"CertDir\" oor:op=\"fuse\"><value>/d/a &amp; b</value></prop></item>\n"

static const struct mn_setup_edit *const edits[] = {&mn_edit_nss, &mn_edit_ssh, &mn_edit_p11_kit,
                                                    &mn_edit_libreoffice};
#define EDITS (sizeof edits / sizeof edits[0])

static const struct mn_setup_words words = {
    .library = "/m/mynakey-auth-pkcs11.so", .hosts = "a.example *.b", .folder = "/d/a & b"};
static const struct mn_setup_words other_words = {
    .library = "/m/mynakey-sign-pkcs11.so", .hosts = "c.example", .folder = "/d/c"};

static struct mn_span span(const char *s)
{
    return mn_span(s, strlen(s));
}

static void assert_is(const struct mn_bytes *found, const char *wanted)
{
    char *text = strndup(found->ptr ? (const char *)found->ptr : "", found->len);

    ck_assert_str_eq(text, wanted);
    free(text);
}

static void becomes(const struct mn_setup_edit *edit, const char *before,
                    const struct mn_setup_words *with, const char *after)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(with ? edit->add(span(before), with, &out) : edit->remove(span(before), &out),
                     MN_OK);
    assert_is(&out, after);
    mn_bytes_free(&out);
}

static void goes_there_and_back(const struct mn_setup_edit *edit, const char *without,
                                const char *with)
{
    struct mn_setup_found found;

    ck_assert(!edit->find(span(without), &found));
    becomes(edit, without, &words, with);
    ck_assert(edit->find(span(with), &found));
    ck_assert_str_eq(found.name, "");
    becomes(edit, with, &words, with);
    becomes(edit, with, NULL, without);
    becomes(edit, without, NULL, without);
}

START_TEST(a_module_is_entered_behind_the_others)
{
    goes_there_and_back(&mn_edit_nss, "", OURS);
    goes_there_and_back(&mn_edit_nss, INTERNAL, INTERNAL OURS);
    goes_there_and_back(&mn_edit_nss, INTERNAL FOREIGN, INTERNAL FOREIGN OURS);
}
END_TEST

START_TEST(a_module_in_the_middle_leaves_the_others_as_they_are)
{
    becomes(&mn_edit_nss, INTERNAL OURS FOREIGN, NULL, INTERNAL FOREIGN);
    becomes(&mn_edit_nss, "\n\n" OURS "\n" FOREIGN, NULL, "\n\n\n" FOREIGN);
    becomes(&mn_edit_nss, OURS INTERNAL OURS, NULL, INTERNAL);
}
END_TEST

START_TEST(an_end_that_is_cut_off_is_made_whole)
{
    becomes(&mn_edit_nss, "library=/x.so\nname=x", &words, "library=/x.so\nname=x\n\n" OURS);
    becomes(&mn_edit_nss, "library=/x.so\nname=x\n", &words, "library=/x.so\nname=x\n\n" OURS);
    becomes(&mn_edit_ssh, "Port 22", NULL, "Port 22");
}
END_TEST

START_TEST(another_library_is_exchanged_and_its_flags_stay)
{
    becomes(&mn_edit_nss,
            INTERNAL "NSS=trustOrder=100\nLibrary=\"/old/mynakey-pkcs11.so\"\nname=mynakey\n\n",
            &words,
            INTERNAL "NSS=trustOrder=100\nlibrary=/m/mynakey-auth-pkcs11.so\nname=mynakey\n\n");
    becomes(&mn_edit_nss, "name=mynakey\n", &words,
            "library=/m/mynakey-auth-pkcs11.so\nname=mynakey\n");
}
END_TEST

START_TEST(what_somebody_entered_under_another_name_is_left_alone)
{
    static const char text[] = INTERNAL "library=/old/mynakey-pkcs11.so\nname=JPKI\n\n";
    struct mn_setup_found found;

    ck_assert(mn_edit_nss.find(span(text), &found));
    ck_assert_str_eq(found.name, "JPKI");
    ck_assert_str_eq(found.library, "/old/mynakey-pkcs11.so");
    becomes(&mn_edit_nss, text, &words, text);
    becomes(&mn_edit_nss, text, NULL, text);
}
END_TEST

START_TEST(the_proxy_of_p11_kit_is_noticed)
{
    struct mn_setup_found found;

    ck_assert(!mn_edit_nss.find(span("library=/usr/lib/p11-kit-proxy.so\nname=p\n"), &found));
    ck_assert(found.through_p11_kit);
    ck_assert(mn_edit_nss.find(span("library=p11-kit-proxy.so\nname=p\n\n" OURS), &found));
    ck_assert(found.through_p11_kit);
    ck_assert(!mn_edit_nss.find(span(INTERNAL FOREIGN), &found));
    ck_assert(!found.through_p11_kit);
}
END_TEST

#define BLOCK                                                                                      \
    "# mynakey: begin ('mynakey setup ssh --undo' removes these lines)\nHost a.example *.b\n"      \
    "    PKCS11Provider /m/mynakey-auth-pkcs11.so\n# mynakey: end\n"

START_TEST(a_block_for_hosts_is_appended_once)
{
    struct mn_setup_found found;

    goes_there_and_back(&mn_edit_ssh, "", BLOCK);
    goes_there_and_back(&mn_edit_ssh, "Host x\n  Port 22\n", "Host x\n  Port 22\n" BLOCK);
    becomes(&mn_edit_ssh, "Host x", &words, "Host x\n" BLOCK);
    becomes(&mn_edit_ssh, "A b\n" BLOCK "C d\n", NULL, "A b\nC d\n");
    ck_assert(mn_edit_ssh.find(span(BLOCK), &found));
    ck_assert_str_eq(found.library, words.library);
}
END_TEST

START_TEST(a_block_without_its_end_is_not_ours)
{
    static const char cut[] =
        "# mynakey: begin ('mynakey setup ssh --undo' removes these lines)\nHost x\n";

    becomes(&mn_edit_ssh, cut, NULL, cut);
    becomes(&mn_edit_ssh, "# mynakey: end\n", NULL, "# mynakey: end\n");
}
END_TEST

START_TEST(a_block_is_exchanged_where_it_stands)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(mn_edit_ssh.add(span("A b\n" BLOCK "C d\n"), &other_words, &out), MN_OK);
    assert_is(&out, "A b\n# mynakey: begin ('mynakey setup ssh --undo' removes these lines)\n"
                    "Host c.example\n    PKCS11Provider /m/mynakey-sign-pkcs11.so\n"
                    "# mynakey: end\nC d\n");
    mn_bytes_free(&out);
}
END_TEST

START_TEST(a_module_file_of_somebody_else_is_not_removed)
{
    struct mn_setup_found found;

    becomes(&mn_edit_p11_kit, "module: /x.so\n", NULL, "module: /x.so\n");
    becomes(&mn_edit_p11_kit, "module: /m/mynakey-auth-pkcs11.so\n", &words,
            "module: /m/mynakey-auth-pkcs11.so\n");
    ck_assert(mn_edit_p11_kit.find(span("# x\n module:  /a b.so \n"), &found));
    ck_assert_str_eq(found.library, "/a b.so");
    ck_assert(!mn_edit_p11_kit.find(span("module:\nmanaged: yes\n"), &found));
}
END_TEST

START_TEST(the_folder_of_certificates_is_one_item)
{
    struct mn_setup_found found;

    goes_there_and_back(&mn_edit_libreoffice, ITEMS OTHER "</oor:items>\n",
                        ITEMS OTHER CERT_DIR "</oor:items>\n");
    ck_assert(mn_edit_libreoffice.find(span(ITEMS CERT_DIR OTHER "</oor:items>"), &found));
    ck_assert_str_eq(found.library, "/d/a & b");
    becomes(&mn_edit_libreoffice, ITEMS CERT_DIR OTHER "</oor:items>", NULL,
            ITEMS OTHER "</oor:items>");
}
END_TEST

START_TEST(settings_that_nobody_wrote_so_are_left_alone)
{
    becomes(&mn_edit_libreoffice, "", &words, "");
    becomes(&mn_edit_libreoffice, ITEMS, &words, ITEMS);
    becomes(&mn_edit_libreoffice, ITEMS CERT_DIR "</oor:items>", &other_words,
            ITEMS CERT_DIR "</oor:items>");
    becomes(&mn_edit_libreoffice, ITEMS "<item oor:path=\"x", NULL, ITEMS "<item oor:path=\"x");
}
END_TEST

START_TEST(what_lacks_its_end_before_ours_stays)
{
    goes_there_and_back(&mn_edit_libreoffice, ITEMS "<item oor:path=\"x\n</oor:items>\n",
                        ITEMS "<item oor:path=\"x\n" CERT_DIR "</oor:items>\n");
}
END_TEST

/* --- any bytes --- */

static const char *const pieces[] = {
    "\n",
    "\r\n",
    "=",
    "name=mynakey",
    "name=",
    "library=",
    "library=\"/m/mynakey-pkcs11.so\"",
    "\"",
    " ",
    "[Profile0]",
    "# mynakey: begin ('mynakey setup ssh --undo' removes these lines)\n",
    "# mynakey: end\n",
    "Host ",
    "module: ",
    "<item ",
    "</item>",
    "<value>",
    "</value>",
    "oor:name=\"CertDir\"",
    "Office.Common/Security/Scripting\"",
    "</oor:items>",
    "&amp;",
    "&",
    "\xE3\x81\x82\xFF",
    "PKCS11Provider ",
};

#define PIECES (sizeof pieces / sizeof pieces[0])

static struct mn_bytes any_text(void)
{
    struct mn_bytes text = {0};

    ck_assert_int_eq(mn_bytes_append(&text, mn_span("x", 1)), MN_OK);
    for (int i = rand() % 24; i > 0; i--) {
        const char *piece = pieces[(size_t)rand() % PIECES];
        uint8_t byte = (uint8_t)rand();
        ck_assert_int_eq(mn_append_text(&text, piece), MN_OK);
        if (rand() % 4 == 0)
            ck_assert_int_eq(mn_bytes_append(&text, mn_span(&byte, 1)), MN_OK);
    }
    return text;
}

/* Once added it is found; adding again changes nothing; removing leaves nothing to remove. */
static void holds_for(const struct mn_setup_edit *edit, struct mn_span text)
{
    struct mn_bytes once = {0}, twice = {0}, without = {0}, again = {0};
    struct mn_setup_found found;

    ck_assert_int_eq(edit->add(text, &words, &once), MN_OK);
    ck_assert_int_eq(edit->add(mn_bytes_span(&once), &words, &twice), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&once), mn_bytes_span(&twice)));
    if (!mn_span_equal(text, mn_bytes_span(&once)))
        ck_assert(edit->find(mn_bytes_span(&once), &found));
    ck_assert_int_eq(edit->remove(mn_bytes_span(&once), &without), MN_OK);
    /* What two halves of a block make when it is gone from between them is not asked here. */
    ck_assert_int_eq(edit->remove(mn_bytes_span(&without), &again), MN_OK);
    ck_assert_uint_le(again.len, without.len);
    mn_bytes_free(&once);
    mn_bytes_free(&twice);
    mn_bytes_free(&without);
    mn_bytes_free(&again);
}

START_TEST(any_bytes_are_edited_once)
{
    srand((unsigned)_i + 1);
    for (int i = 0; i < 2000; i++) {
        struct mn_bytes text = any_text();
        holds_for(edits[_i], mn_bytes_span(&text));
        mn_bytes_free(&text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/setup_edit");
    TCase *tcase = tcase_create("edit");

    tcase_add_test(tcase, a_module_is_entered_behind_the_others);
    tcase_add_test(tcase, a_module_in_the_middle_leaves_the_others_as_they_are);
    tcase_add_test(tcase, an_end_that_is_cut_off_is_made_whole);
    tcase_add_test(tcase, another_library_is_exchanged_and_its_flags_stay);
    tcase_add_test(tcase, what_somebody_entered_under_another_name_is_left_alone);
    tcase_add_test(tcase, the_proxy_of_p11_kit_is_noticed);
    tcase_add_test(tcase, a_block_for_hosts_is_appended_once);
    tcase_add_test(tcase, a_block_without_its_end_is_not_ours);
    tcase_add_test(tcase, a_block_is_exchanged_where_it_stands);
    tcase_add_test(tcase, a_module_file_of_somebody_else_is_not_removed);
    tcase_add_test(tcase, the_folder_of_certificates_is_one_item);
    tcase_add_test(tcase, settings_that_nobody_wrote_so_are_left_alone);
    tcase_add_test(tcase, what_lacks_its_end_before_ours_stays);
    tcase_add_loop_test(tcase, any_bytes_are_edited_once, 0, EDITS);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
