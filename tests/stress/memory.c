/* Every allocation of the module, and of the simulated card behind it, refused once. Those of
 * libcrypto are its own affair. */
#include <stddef.h>

#include "stage.h"
#include "trial.h"

/* By the linker's --wrap: what this program's own objects call. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static unsigned asked_for, refused_at;

static bool is_refused(void)
{
    return in_module && ++asked_for == refused_at;
}

void *__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return is_refused() ? NULL : __real_realloc(old, size);
}

static void arm(const struct trouble *trouble, unsigned place)
{
    (void)trouble;
    refused_at = asked_for + place;
}

static unsigned allocations(const struct trouble *trouble)
{
    (void)trouble;
    return asked_for;
}

int main(void)
{
    static const struct trouble refusal = {
        .name = "no memory", .arm = arm, .chances = allocations, .start_once = true};
    stage_prepare(stage_open_bench);
    return trial_run("memory", &refusal, 1);
}
