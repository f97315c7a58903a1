#include "backend/card_survey.h"

#include "backend/card_visit.h"
#include "backend/remembered.h"
#include "card/jpki.h"
#include "card/pin.h"

static mn_rc survey_role(struct mn_card *card, enum mn_role role, struct mn_role_survey *out)
{
    mn_rc rc = mn_jpki_has_certificate(card, role, &out->has_certificate);
    if (rc)
        return rc;
    rc = mn_pin_tries(card, mn_role_profile(role)->pin, &out->tries);
    /* A reference that is missing or does not answer hides nothing else. */
    return rc == MN_E_PIN_UNSET || rc == MN_E_REFUSED || rc == MN_E_CARD_ANSWER ? MN_OK : rc;
}

mn_rc mn_card_survey(struct mn_card_reader *reader, struct mn_card_survey *out)
{
    struct mn_card_reader_state state;
    struct mn_card *card;
    mn_card_reader_state(reader, &state);
    mn_rc rc = mn_card_visit(reader, state.generation, &card);
    if (rc)
        return rc;
    rc = mn_card_visit_enter(reader);
    if (rc == MN_OK)
        out->info = *mn_card_info(card);
    for (int role = 0; role < MN_ROLE_COUNT && rc == MN_OK; role++)
        rc = survey_role(card, (enum mn_role)role, &out->roles[role]);
    mn_card_visit_end(reader, rc);
    if (rc)
        return rc;
    struct mn_bytes copy = {0};
    out->remembered = mn_remembered_get(out->info.model, out->info.serial, &copy) == MN_OK;
    mn_bytes_free(&copy);
    return MN_OK;
}
