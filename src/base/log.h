/* The log: silent unless the settings name a file.
 *
 * A line is "time pid level room function: text". Nothing secret and nothing personal is ever
 * given to these macros; src/iso7816 decides what of a command may be shown. A file defines
 * MN_LOG_ROOM before it includes this header. */
#ifndef MN_BASE_LOG_H
#define MN_BASE_LOG_H

#include "base/rc.h"

enum mn_log_level { MN_LOG_OFF, MN_LOG_ERROR, MN_LOG_INFO, MN_LOG_DEBUG };

/* Sends lines up to level to the end of the file at path (made with mode 0600 if missing). With
 * MN_LOG_OFF or an empty path, closes the log. MN_E_FILE when it cannot be opened: the log then
 * stays silent and the operation goes on. Thread-safe. */
mn_rc mn_log_open(enum mn_log_level level, const char *path);
void mn_log_close(void);

/* Would a line of this level be written? For callers whose text costs something to make. */
int mn_log_wants(enum mn_log_level level);

void mn_log_line(enum mn_log_level level, const char *room, const char *func, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#define mn_log_error(...) mn_log_line(MN_LOG_ERROR, MN_LOG_ROOM, __func__, __VA_ARGS__)
#define mn_log_info(...)  mn_log_line(MN_LOG_INFO, MN_LOG_ROOM, __func__, __VA_ARGS__)
#define mn_log_debug(...) mn_log_line(MN_LOG_DEBUG, MN_LOG_ROOM, __func__, __VA_ARGS__)

#endif
