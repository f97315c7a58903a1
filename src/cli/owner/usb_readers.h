/* The card readers on USB, as the kernel sees them, and whether a driver of the PC/SC service knows
 * each: what a reader needs that the service does not show. */
#ifndef MN_CLI_OWNER_USB_READERS_H
#define MN_CLI_OWNER_USB_READERS_H

#include <stdbool.h>
#include <stddef.h>

#define MN_USB_READERS_MAX 16

struct mn_usb_reader {
    unsigned vendor, product;
    char name[128];  /* what it calls itself; empty where it does not say */
    bool is_ccid;    /* it speaks the protocol that one driver serves for all */
    bool is_known;   /* an installed driver of the service names it */
    char holder[64]; /* the kernel's NFC driver that has it, else empty */
};

struct mn_usb_readers {
    struct mn_usb_reader at[MN_USB_READERS_MAX];
    size_t len;
    bool has_ccid_driver; /* of the service, for readers that speak that protocol */
};

/* Looks below root ("" is the machine itself): sys/bus/usb/devices, usr/lib/pcsc/drivers. Readers
 * are those that speak the protocol, that a driver names, that an NFC driver of the kernel has, and
 * those of makers known for them that nothing serves. What cannot be read is not there. */
void mn_usb_readers_find(const char *root, struct mn_usb_readers *out);

#endif
