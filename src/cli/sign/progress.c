#include "cli/sign/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/columns.h"
#include "cli/message.h"
#include "cli/printable.h"

#define FIRST_MS  1000 /* what is done by then needs no line */
#define EACH_MS   200
#define PATH_MOST 40 /* columns */

static void wait_until(struct mn_progress *progress, long ms)
{
    clock_gettime(CLOCK_MONOTONIC, &progress->next);
    progress->next.tv_sec += ms / 1000;
    progress->next.tv_nsec += ms % 1000 * 1000000L;
    if (progress->next.tv_nsec >= 1000000000L) {
        progress->next.tv_nsec -= 1000000000L;
        progress->next.tv_sec++;
    }
}

static bool is_due(const struct mn_progress *progress)
{
    struct timespec now;
    if (!progress->is_terminal)
        return false;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > progress->next.tv_sec ||
           (now.tv_sec == progress->next.tv_sec && now.tv_nsec >= progress->next.tv_nsec);
}

/* The end of a long path says more than its beginning. */
static const char *short_path(const char *path)
{
    path = mn_printable(path);
    while (mn_columns(path) > PATH_MOST) {
        do
            path++;
        while (((unsigned char)*path & 0xC0) == 0x80); /* to the next character of UTF-8 */
    }
    return path;
}

static void show(struct mn_progress *progress)
{
    const double gigabyte = 1e9, megabyte = 1e6;
    double unit = progress->size >= 1000000000u ? gigabyte : megabyte;
    const char *name = unit > megabyte ? "GB" : "MB";
    fputs("\r\033[K", stderr);
    if (progress->files > 1)
        fprintf(stderr, "%zu/%zu  ", progress->file, progress->files);
    fputs(short_path(progress->path), stderr);
    if (progress->size > 0)
        fprintf(stderr, "  %3.0f %%  %.1f / %.1f %s",
                100.0 * (double)progress->done / (double)progress->size,
                (double)progress->done / unit, (double)progress->size / unit, name);
    else
        fprintf(stderr, "  %.1f %s", (double)progress->done / unit, name);
    fflush(stderr);
    progress->is_shown = true;
}

static void show_if_due(struct mn_progress *progress)
{
    if (!is_due(progress))
        return;
    show(progress);
    wait_until(progress, EACH_MS);
}

void mn_progress_begin(struct mn_progress *progress, size_t files)
{
    *progress = (struct mn_progress){.is_terminal = isatty(STDERR_FILENO), .files = files};
    wait_until(progress, FIRST_MS);
}

void mn_progress_file(struct mn_progress *progress, const char *path, uint64_t size)
{
    progress->file++;
    progress->path = path;
    progress->size = size;
    progress->done = 0;
    show_if_due(progress);
}

void mn_progress_add(struct mn_progress *progress, size_t bytes)
{
    progress->done += bytes;
    show_if_due(progress);
}

void mn_progress_clear(struct mn_progress *progress)
{
    if (progress->is_shown)
        fputs("\r\033[K", stderr);
    progress->is_shown = false;
}
