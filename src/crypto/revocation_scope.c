#include "crypto/revocation_scope.h"

static bool has_directory_name(const GENERAL_NAMES *names, const X509_NAME *name)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *one = sk_GENERAL_NAME_value(names, i);

        if (one->type == GEN_DIRNAME && X509_NAME_cmp(one->d.directoryName, name) == 0)
            return true;
    }
    return false;
}

static bool share_name(const GENERAL_NAMES *a, const GENERAL_NAMES *b)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(a); i++)
        for (int n = 0; n < sk_GENERAL_NAME_num(b); n++)
            if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a, i), sk_GENERAL_NAME_value(b, n)) == 0)
                return true;
    return false;
}

/* A name relative to an issuer's is made whole by mn_revocation_scope_has before. */
static bool is_relative(const DIST_POINT_NAME *name)
{
    return name->type == 1;
}

static bool same_point(const DIST_POINT_NAME *a, const DIST_POINT_NAME *b)
{
    if (is_relative(a) && is_relative(b))
        return a->dpname && b->dpname && X509_NAME_cmp(a->dpname, b->dpname) == 0;
    if (is_relative(a))
        return a->dpname && has_directory_name(b->name.fullname, a->dpname);
    if (is_relative(b))
        return b->dpname && has_directory_name(a->name.fullname, b->dpname);
    return share_name(a->name.fullname, b->name.fullname);
}

/* A name that is relative is so to the list's issuer (4.2.1.13). */
static bool complete(DIST_POINT_NAME *name, const X509_NAME *base)
{
    return !name || !is_relative(name) || name->dpname || DIST_POINT_set_dpname(name, base);
}

/* 6.3.3, b, 1 and 2 i: is this where x says that the list is to be had? */
static bool is_named_by(const X509_NAME *issuer, const ISSUING_DIST_POINT *point, X509 *x,
                        DIST_POINT *named)
{
    bool speaks = named->CRLissuer ? point && point->indirectCRL > 0 &&
                                         has_directory_name(named->CRLissuer, issuer)
                                   : X509_NAME_cmp(X509_get_issuer_name(x), issuer) == 0;

    if (!speaks || !complete(named->distpoint, issuer))
        return false;
    if (!point || !point->distpoint)
        return true;
    if (named->distpoint)
        return same_point(point->distpoint, named->distpoint);
    return !is_relative(point->distpoint) &&
           share_name(point->distpoint->name.fullname, named->CRLissuer);
}

/* 6.3.3, at its end: a list that x does not name, by its issuer and in its issuer's name. */
static bool is_its_issuers(const X509_NAME *issuer, const ISSUING_DIST_POINT *point, const X509 *x)
{
    const X509_NAME *wanted = X509_get_issuer_name(x);

    if (X509_NAME_cmp(wanted, issuer) != 0)
        return false;
    return !point || !point->distpoint ||
           (!is_relative(point->distpoint) &&
            has_directory_name(point->distpoint->name.fullname, wanted));
}

/* 6.3.3, b, 2 ii to iv. */
static bool is_for_its_kind(const ISSUING_DIST_POINT *point, X509 *x)
{
    bool is_ca = X509_check_ca(x) == 1;

    if (!point)
        return true;
    return point->onlyattr <= 0 && !(point->onlyuser > 0 && is_ca) &&
           !(point->onlyCA > 0 && !is_ca);
}

bool mn_revocation_scope_has(const X509_NAME *issuer, const ISSUING_DIST_POINT *point, X509 *x,
                             bool *partial)
{
    CRL_DIST_POINTS *named = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);
    bool found = is_its_issuers(issuer, point, x);

    *partial = point && point->onlysomereasons;
    if (!is_for_its_kind(point, x) || (point && !complete(point->distpoint, issuer))) {
        CRL_DIST_POINTS_free(named);
        return false;
    }
    for (int i = 0; !found && i < sk_DIST_POINT_num(named); i++) {
        DIST_POINT *one = sk_DIST_POINT_value(named, i);

        found = is_named_by(issuer, point, x, one);
        if (found && one->reasons)
            *partial = true;
    }
    CRL_DIST_POINTS_free(named);
    return found;
}
