#include "cli/authority/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/authority/entry.h"
#include "cli/issue/mail.h"

/* Whatever the locale of who sends it: it is the receiver's language that counts. */
static char *approval_text(const struct mn_answer *a)
{
    char until[MN_ENTRY_DATE];
    char *text = NULL;

    mn_entry_date(a->valid_until, until);
    if (asprintf(
            &text,
            "証明書を登録しました。\n\n"
            "番号： %" PRId64 "\n"
            "検証サイト： %s\n"
            "有効性データの期限： %s\n\n"
            "署名したファイルを渡すときは、この番号と検証サイトのアドレスも相手に伝えてください。\n"
            "受け取った方は、次のようにして検証できます。\n\n"
            "    mynakey verify FILE --number %" PRId64 " --site %s\n\n"
            "鍵のファイル（.pfx）を失くしたとき、他人に知られたおそれのあるときは、"
            "すぐにこのメールに返信してください。番号を失効させます。\n\n"
            "----\n\n"
            "Your certificate is registered.\n\n"
            "Number: %" PRId64 "\n"
            "Site: %s\n"
            "Validity data until: %s\n\n"
            "Give the number and the site's address to those who get files that you signed.\n"
            "The command above shows how they verify them. If the file with your key (.pfx) is\n"
            "lost, or may be in other hands, answer this mail at once: the number will be\n"
            "withdrawn.\n",
            a->number, a->site, until, a->number, a->site, a->number, a->site, until) < 0)
        return NULL;
    return text;
}

static char *refusal_text(const struct mn_answer *a)
{
    char *text = NULL;

    if (asprintf(&text,
                 "証明書発行希望をいただきましたが、次の理由で登録できませんでした。\n"
                 "Your certificate could not be registered, for these reasons.\n\n"
                 "%.*s",
                 (int)a->why.len, (const char *)a->why.ptr) < 0)
        return NULL;
    return text;
}

mn_rc mn_answer_write(const struct mn_answer *answer, struct mn_bytes *out)
{
    char subject[128];
    char *text = answer->number ? approval_text(answer) : refusal_text(answer);
    struct mn_mail mail = {
        .to = answer->to, .subject = subject, .text = text, .date = answer->date};
    mn_rc rc = MN_E_MEMORY;

    if (answer->number)
        snprintf(subject, sizeof subject, "証明書登録のお知らせ（番号 %" PRId64 "）",
                 answer->number);
    else
        snprintf(subject, sizeof subject, "証明書を登録できませんでした");
    if (text)
        rc = mn_mail_write(&mail, out);
    free(text);
    return rc;
}
