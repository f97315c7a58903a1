#include "cli/face/face_report.h"

#include <stdio.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/face/person_text.h"
#include "cli/face/picture.h"
#include "cli/face/terminal_image.h"
#include "cli/message.h"
#include "cli/printable.h"

enum { PICTURES = 3 }; /* name, address, photograph, by enum mn_face_file */

/* The pictures, decoded as far as they can be. */
struct pictures {
    struct mn_picture at[PICTURES];
    struct mn_bytes photo_png;
    bool all; /* each could be decoded */
};

static const char *picture_label(int which)
{
    static const char *const labels[PICTURES] = {[MN_FACE_NAME] = N_("Name"),
                                                 [MN_FACE_ADDRESS] = N_("Address"),
                                                 [MN_FACE_PHOTO] = N_("Photograph")};
    return gettext(labels[which]);
}

static void release(struct pictures *pictures)
{
    for (int i = 0; i < PICTURES; i++)
        mn_picture_release(&pictures->at[i]);
    mn_bytes_free(&pictures->photo_png);
}

static void decode(const struct mn_face_fields *face, struct pictures *out)
{
    const mn_rc rc[PICTURES] = {
        [MN_FACE_NAME] = mn_picture_read_png(face->name, &out->at[MN_FACE_NAME]),
        [MN_FACE_ADDRESS] = mn_picture_read_png(face->address, &out->at[MN_FACE_ADDRESS]),
        [MN_FACE_PHOTO] = mn_picture_read_jp2(face->photo, &out->at[MN_FACE_PHOTO])};
    out->all = true;
    for (int i = 0; i < PICTURES; i++) {
        if (rc[i])
            fprintf(stderr, _("mynakey: %s: this picture cannot be shown: %s\n"), picture_label(i),
                    mn_message_rc(rc[i]));
        out->all = out->all && rc[i] == MN_OK;
    }
    if (rc[MN_FACE_PHOTO] == MN_OK &&
        mn_picture_write_png(&out->at[MN_FACE_PHOTO], &out->photo_png) != MN_OK)
        out->all = false;
}

static bool write_files(const struct mn_face_report *report, const struct pictures *pictures)
{
    const struct mn_span contents[MN_FACE_FILES] = {[MN_FACE_NAME] = report->face->name,
                                                    [MN_FACE_ADDRESS] = report->face->address,
                                                    [MN_FACE_PHOTO] = report->face->photo,
                                                    [MN_FACE_PHOTO_PNG] =
                                                        mn_bytes_span(&pictures->photo_png)};
    return mn_face_folder_write(report->folder, contents);
}

static bool open_files(const struct mn_face_report *report, const struct pictures *pictures)
{
    static const enum mn_face_file files[] = {MN_FACE_PHOTO_PNG, MN_FACE_NAME, MN_FACE_ADDRESS};
    bool photo = pictures->photo_png.len > 0, done = true;
    for (size_t i = photo ? 0 : 1; done && i < sizeof files / sizeof files[0]; i++)
        done = mn_face_folder_open(report->folder, files[i]);
    return done;
}

/* --- for people --- */

static void print_fields(const struct mn_face_fields *face)
{
    const struct {
        const char *label, *value;
    } lines[] = {
        {_("Date of birth"), mn_digits_date_text(face->birth)},
        {_("Sex"), mn_sex_text(face->sex)},
        {_("Card expires"), mn_digits_date_text(face->expiry)},
    };
    size_t width = 0;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        width = mn_columns(lines[i].label) > width ? mn_columns(lines[i].label) : width;
    printf(_("Face of the card\n"));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        mn_columns_print(stdout, lines[i].label, width, lines[i].value);
}

static void print_pictures(const struct mn_face_report *report, const struct pictures *pictures)
{
    enum mn_terminal_images images = mn_terminal_images();
    if (images == MN_TERMINAL_NO_IMAGES) {
        if (!report->folder)
            printf(_("  Pictures are not shown on this screen: --out DIR writes them to files,\n"
                     "  --open opens them.\n"));
        return;
    }
    for (int i = 0; i < PICTURES; i++) {
        if (pictures->at[i].width == 0)
            continue;
        printf("  %s\n", picture_label(i));
        (void)mn_terminal_image_print(stdout, images, &pictures->at[i]);
    }
}

static void print_files(const struct mn_face_folder *folder, const struct pictures *pictures)
{
    printf(_("Files in %s\n"), mn_printable(folder->path));
    for (int i = 0; i < MN_FACE_FILES; i++)
        if (i != MN_FACE_PHOTO_PNG || pictures->photo_png.len > 0)
            printf("  %s\n", mn_face_file_name((enum mn_face_file)i));
    if (folder->brief)
        printf(_("  They go when you log out; 'rm -r %s' removes them now.\n"),
               mn_printable(folder->path));
}

static void print_proof(const struct mn_card_proof *proof)
{
    mn_card_proof_print(proof);
    if (proof->data == MN_PROOF_GOOD)
        printf(_("  The expiry date is not among what is signed.\n"));
}

/* --- for programs --- */

static json_t *files_json(const struct mn_face_folder *folder, const struct pictures *pictures)
{
    json_t *files = json_array();
    for (int i = 0; i < MN_FACE_FILES; i++) {
        char path[PATH_MAX + 16];
        if (i == MN_FACE_PHOTO_PNG && pictures->photo_png.len == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder->path, mn_face_file_name((enum mn_face_file)i));
        json_array_append_new(files, json_string(mn_printable(path)));
    }
    return files;
}

static bool print_json(const struct mn_face_report *report, const struct pictures *pictures)
{
    char birth[MN_DATE_ISO], expiry[MN_DATE_ISO];
    mn_digits_date_iso(report->face->birth, birth);
    mn_digits_date_iso(report->face->expiry, expiry);
    json_t *root = json_pack("{s:s, s:s, s:s, s:o}", "birth_date", birth, "sex",
                             mn_sex_word(report->face->sex), "expires", expiry, "proof",
                             mn_card_proof_json(report->proof));
    if (root && report->folder)
        json_object_set_new(root, "files", files_json(report->folder, pictures));
    bool done = root && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(root);
    return done;
}

bool mn_face_report_give(const struct mn_face_report *report)
{
    struct pictures pictures = {0};
    decode(report->face, &pictures);
    bool written = !report->folder || write_files(report, &pictures);
    bool done = pictures.all && written;
    if (report->json) {
        done = print_json(report, &pictures) && done;
    } else {
        print_fields(report->face);
        print_pictures(report, &pictures);
        if (report->folder && written)
            print_files(report->folder, &pictures);
        print_proof(report->proof);
    }
    done = mn_message_written() && done;
    if (report->open && written)
        done = open_files(report, &pictures) && done;
    release(&pictures);
    return done;
}
