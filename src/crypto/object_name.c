#include "crypto/object_name.h"

#include <stddef.h>
#include <string.h>

/* gettext finds it by this. */
#define N_(text) (text)

#define JPKI_POLICY "1.2.392.200149.8.5.1."
#define JPKI_NAME   "1.2.392.200149.8.5.5."

static const struct mn_object_name names[] = {
    /* Extensions (RFC 5280, 4.2; RFC 6960, 4.2.2.2.1; RFC 3739, 3.2.6). */
    {"2.5.29.9", "subjectDirectoryAttributes", N_("Subject directory attributes")},
    {"2.5.29.14", "subjectKeyIdentifier", N_("Subject key identifier")},
    {"2.5.29.15", "keyUsage", N_("Key usage")},
    {"2.5.29.16", "privateKeyUsagePeriod", N_("Private key usage period")},
    {"2.5.29.17", "subjectAltName", N_("Subject alternative name")},
    {"2.5.29.18", "issuerAltName", N_("Issuer alternative name")},
    {"2.5.29.19", "basicConstraints", N_("Basic constraints")},
    {"2.5.29.30", "nameConstraints", N_("Name constraints")},
    {"2.5.29.31", "cRLDistributionPoints", N_("CRL distribution points")},
    {"2.5.29.32", "certificatePolicies", N_("Certificate policies")},
    {"2.5.29.33", "policyMappings", N_("Policy mappings")},
    {"2.5.29.35", "authorityKeyIdentifier", N_("Authority key identifier")},
    {"2.5.29.36", "policyConstraints", N_("Policy constraints")},
    {"2.5.29.37", "extKeyUsage", N_("Extended key usage")},
    {"2.5.29.46", "freshestCRL", N_("Freshest CRL")},
    {"1.3.6.1.5.5.7.1.1", "authorityInfoAccess", N_("Authority information access")},
    {"1.3.6.1.5.5.7.1.3", "qcStatements", N_("Qualified certificate statements")},
    {"1.3.6.1.5.5.7.1.11", "subjectInfoAccess", N_("Subject information access")},
    {"1.3.6.1.5.5.7.48.1.5", "ocsp-nocheck", N_("OCSP: not to be checked")},

    /* Extended key usage (RFC 5280, 4.2.1.12; RFC 9336). */
    {"2.5.29.37.0", "anyExtendedKeyUsage", N_("anything")},
    {"1.3.6.1.5.5.7.3.1", "serverAuth", N_("TLS servers")},
    {"1.3.6.1.5.5.7.3.2", "clientAuth", N_("logging in by TLS")},
    {"1.3.6.1.5.5.7.3.3", "codeSigning", N_("signing programs")},
    {"1.3.6.1.5.5.7.3.4", "emailProtection", N_("mail")},
    {"1.3.6.1.5.5.7.3.8", "timeStamping", N_("time stamps")},
    {"1.3.6.1.5.5.7.3.9", "OCSPSigning", N_("signing validity data (OCSP)")},
    {"1.3.6.1.5.5.7.3.36", "documentSigning", N_("signing documents")},

    /* Ways to more (RFC 5280, 4.2.2). */
    {"1.3.6.1.5.5.7.48.1", "ocsp", N_("Validity data (OCSP)")},
    {"1.3.6.1.5.5.7.48.2", "caIssuers", N_("Certificate of the issuer")},

    /* JPKI's policies; 0 in place of the service is its testing environment. */
    {JPKI_POLICY "0.20", NULL, N_("JPKI, testing: signing certificate")},
    {JPKI_POLICY "0.30", NULL, N_("JPKI, testing: authentication certificate")},
    {JPKI_POLICY "1.20", NULL, N_("JPKI: signing certificate on a card")},
    {JPKI_POLICY "1.40", NULL, N_("JPKI: signing certificate on a phone")},
    {JPKI_POLICY "3.30", NULL, N_("JPKI: authentication certificate on a card")},

    /* JPKI's other names: who the holder is. */
    {JPKI_NAME "1", NULL, N_("Name")},
    {JPKI_NAME "2", NULL, N_("Substitute characters in the name")},
    {JPKI_NAME "3", NULL, N_("Sex")},
    {JPKI_NAME "4", NULL, N_("Date of birth")},
    {JPKI_NAME "5", NULL, N_("Address")},
    {JPKI_NAME "6", NULL, N_("Substitute characters in the address")},
};

const struct mn_object_name *mn_object_name_find(const char *oid)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].oid, oid) == 0)
            return &names[i];
    return NULL;
}
