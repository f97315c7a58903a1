#include "runner.h"

#include <stdlib.h>

int mn_test_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    /* A suite that ran nothing proves nothing. */
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
