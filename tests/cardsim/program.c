/* mynakey-cardsim: the simulated card behind pcscd, through the virtual reader vpcd. */
#include "program.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "options.h"
#include "vpcd.h"

enum { RETRY_MS = 50 };

static int complain(const char *what, const char *value)
{
    fprintf(stderr, "mynakey-cardsim: %s: %s\n", value, what);
    return EXIT_FAILURE;
}

/* The reader. */

void program_disconnect(struct program *program)
{
    if (program->reader < 0)
        return;
    close(program->reader);
    program->reader = -1;
    cardsim_power_off(program->card);
}

static unsigned long long now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long long)now.tv_sec * 1000 + (unsigned long long)now.tv_nsec / 1000000;
}

/* Once the reader has asked for something, it knows of the card: that is worth waiting for. */
static void tell_ready(struct program *program)
{
    if (program->told)
        return;
    program->told = true;
    puts("ready");
    fflush(stdout);
}

static void serve_reader(struct program *program)
{
    enum vpcd_outcome outcome = vpcd_serve(program->reader, program->card);
    if (outcome == VPCD_REMOVED)
        program->inserted = false;
    if (outcome == VPCD_SERVED)
        tell_ready(program);
    else
        program_disconnect(program);
}

/* Should there be a connection that there is not? A mute card makes none: no reader sees it. */
static bool wants_reader(const struct program *program)
{
    return program->inserted && program->reader < 0 && !cardsim_is_mute(program->card);
}

/* False when the reader has been out of reach for too long. */
static bool try_reader(struct program *program, unsigned long long *since)
{
    if (!wants_reader(program)) {
        *since = 0;
        return true;
    }
    program->reader = vpcd_connect(program->port);
    if (program->reader >= 0)
        return true;
    if (*since == 0)
        *since = now_ms();
    return now_ms() - *since < program->patience_ms;
}

static int run(struct program *program, struct control *control, int signals)
{
    unsigned long long since = 0;
    while (!program->quit) {
        struct pollfd polls[CONTROL_POLLS + 2];
        if (!try_reader(program, &since))
            return complain("no reader to be reached; is pcscd running with vpcd?", "--port");
        if (cardsim_is_mute(program->card))
            tell_ready(program);
        control_prepare(control, polls);
        polls[CONTROL_POLLS] = (struct pollfd){.fd = program->reader, .events = POLLIN};
        polls[CONTROL_POLLS + 1] = (struct pollfd){.fd = signals, .events = POLLIN};
        int found = poll(polls, CONTROL_POLLS + 2, wants_reader(program) ? RETRY_MS : -1);
        if (found <= 0)
            continue;
        if (polls[CONTROL_POLLS + 1].revents)
            break;
        if (polls[CONTROL_POLLS].fd >= 0 && polls[CONTROL_POLLS].revents)
            serve_reader(program);
        control_serve(control, polls, program);
    }
    return EXIT_SUCCESS;
}

/* The options. */

static int set_up(struct cardsim *card, const struct options *options)
{
    for (size_t i = 0; i < options->switch_count; i++) {
        if (cardsim_set_text(card, options->switches[i]) != MN_OK)
            return complain("no such switch, or not for it", options->switches[i]);
    }
    for (size_t i = 0; i < options->fault_count; i++) {
        if (cardsim_fault(card, options->faults[i]) != MN_OK)
            return complain("no such fault", options->faults[i]);
    }
    if (options->state && cardsim_keep_state(card, options->state) != MN_OK)
        return complain("cannot keep the card's memory there", options->state);
    if (options->record && cardsim_record_to(card, options->record) != MN_OK)
        return complain("cannot write there", options->record);
    return EXIT_SUCCESS;
}

static int simulate(const struct options *options)
{
    struct program program = {
        .port = options->port,
        .patience_ms = options->patience_s * 1000,
        .inserted = true,
        .reader = -1,
    };
    struct control control;
    sigset_t ends;
    int status = EXIT_FAILURE, signals;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL);
    signals = signalfd(-1, &ends, SFD_CLOEXEC);
    /* An order's answer to somebody who has gone is nothing to die of. */
    (void)signal(SIGPIPE, SIG_IGN);

    if (cardsim_new(options->persona, options->pki, &program.card) != MN_OK) {
        complain("no such persona, or no keys and certificates", options->persona);
        goto out;
    }
    if (set_up(program.card, options) != EXIT_SUCCESS || !control_open(&control, options->control))
        goto out;
    status = run(&program, &control, signals);
    program_disconnect(&program);
    control_close(&control, options->control);
out:
    cardsim_free(&program.card);
    if (signals >= 0)
        close(signals);
    return status;
}

/* "mynakey-cardsim --tell SOCKET ORDER..." */
static int tell(const char *socket, char *const *words)
{
    char line[CONTROL_LINE];
    size_t len = 0;
    line[0] = '\0';
    for (; *words && len < sizeof(line); words++)
        len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%s", len ? " " : "", *words);
    return control_tell(socket, line) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    struct options options;
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    return options.tell ? tell(options.tell, options.words) : simulate(&options);
}
