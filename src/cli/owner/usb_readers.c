#include "cli/owner/usb_readers.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define USB_CLASS_SMART_CARD 0x0B /* USB-IF, base class 0Bh */
#define VENDOR_SONY          0x054C
#define VENDOR_ACS           0x072F

#define DRIVER_FILE_MAX (1u << 20)

static bool join(char out[PATH_MAX], const char *folder, const char *name)
{
    int len = snprintf(out, PATH_MAX, "%s/%s", folder, name);
    return len > 0 && len < PATH_MAX;
}

/* The first line of a small file; empty where there is none. */
static void read_line(const char *folder, const char *name, char *out, size_t room)
{
    char path[PATH_MAX];
    out[0] = '\0';
    FILE *file = join(path, folder, name) ? fopen(path, "re") : NULL;
    if (!file)
        return;
    if (fgets(out, (int)room, file))
        out[strcspn(out, "\n")] = '\0';
    fclose(file);
}

static unsigned read_hex(const char *folder, const char *name)
{
    char line[32];
    read_line(folder, name, line, sizeof line);
    return (unsigned)strtoul(line, NULL, 16);
}

/* --- the service's drivers --- */

/* The nth <string> of the array that stands after the key; 0 where there is none. */
static unsigned array_value(const char *list, const char *key, size_t n)
{
    const char *at = strstr(list, key), *end = at ? strstr(at, "</array>") : NULL;
    for (size_t i = 0; at && i <= n; i++)
        at = (at = strstr(at, "<string>")) ? at + strlen("<string>") : NULL;
    return at && end && at < end ? (unsigned)strtoul(at, NULL, 16) : 0;
}

/* A driver's Info.plist lists vendors and products side by side. */
static bool list_names(const char *list, const struct mn_usb_reader *reader)
{
    for (size_t n = 0;; n++) {
        unsigned vendor = array_value(list, "<key>ifdVendorID</key>", n);
        if (vendor == 0)
            return false;
        if (vendor == reader->vendor &&
            array_value(list, "<key>ifdProductID</key>", n) == reader->product)
            return true;
    }
}

static bool driver_names(const char *drivers, const char *bundle,
                         const struct mn_usb_reader *reader)
{
    char folder[PATH_MAX], path[PATH_MAX];
    struct mn_bytes content = {0};
    bool names = false;
    if (!join(folder, drivers, bundle) || !join(path, folder, "Contents/Info.plist"))
        return false;
    if (mn_file_read(path, DRIVER_FILE_MAX, &content) == MN_OK &&
        mn_bytes_append(&content, mn_span("", 1)) == MN_OK)
        names = list_names((const char *)content.ptr, reader);
    mn_bytes_free(&content);
    return names;
}

static bool any_driver_names(const char *drivers, const struct mn_usb_reader *reader)
{
    DIR *dir = opendir(drivers);
    bool names = false;
    for (struct dirent *e; dir && !names && (e = readdir(dir));)
        names = strstr(e->d_name, ".bundle") && driver_names(drivers, e->d_name, reader);
    if (dir)
        closedir(dir);
    return names;
}

/* --- what the kernel sees --- */

/* The last part of a link's target. */
static void read_link(const char *folder, const char *name, char *out, size_t room)
{
    char path[PATH_MAX], target[PATH_MAX];
    out[0] = '\0';
    ssize_t len = join(path, folder, name) ? readlink(path, target, sizeof target - 1) : -1;
    if (len <= 0)
        return;
    target[len] = '\0';
    const char *slash = strrchr(target, '/');
    snprintf(out, room, "%.*s", (int)room - 1, slash ? slash + 1 : target);
}

static bool is_nfc_driver(const char *driver)
{
    return strcmp(driver, "port100") == 0 || strncmp(driver, "pn533", 5) == 0;
}

/* An interface of the device is a folder beside it: 1-2 has 1-2:1.0. */
static void look_at_interfaces(const char *devices, const char *device, struct mn_usb_reader *out)
{
    DIR *dir = opendir(devices);
    size_t len = strlen(device);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char folder[PATH_MAX], driver[sizeof out->holder];
        if (strncmp(e->d_name, device, len) != 0 || e->d_name[len] != ':' ||
            !join(folder, devices, e->d_name))
            continue;
        if (read_hex(folder, "bInterfaceClass") == USB_CLASS_SMART_CARD)
            out->is_ccid = true;
        read_link(folder, "driver", driver, sizeof driver);
        if (is_nfc_driver(driver))
            memcpy(out->holder, driver, sizeof driver);
    }
    if (dir)
        closedir(dir);
}

/* Sony's PaSoRi and what ACS makes are readers, all of them that people meet. */
static bool is_reader_of_a_maker(const struct mn_usb_reader *reader)
{
    bool pasori =
        reader->vendor == VENDOR_SONY && (reader->product == 0x06C1 || reader->product == 0x06C3 ||
                                          reader->product == 0x0DC8 || reader->product == 0x0DC9);
    return pasori || reader->vendor == VENDOR_ACS;
}

static void look_at_device(const char *devices, const char *name, const char *drivers,
                           struct mn_usb_readers *out)
{
    char folder[PATH_MAX];
    struct mn_usb_reader reader = {0};
    if (out->len == MN_USB_READERS_MAX || strchr(name, ':') || !join(folder, devices, name))
        return;
    reader.vendor = read_hex(folder, "idVendor");
    reader.product = read_hex(folder, "idProduct");
    if (reader.vendor == 0)
        return;
    read_line(folder, "product", reader.name, sizeof reader.name);
    look_at_interfaces(devices, name, &reader);
    reader.is_known = any_driver_names(drivers, &reader);
    if (reader.is_ccid || reader.is_known || reader.holder[0] || is_reader_of_a_maker(&reader))
        out->at[out->len++] = reader;
}

void mn_usb_readers_find(const char *root, struct mn_usb_readers *out)
{
    char devices[PATH_MAX], drivers[PATH_MAX], ccid[PATH_MAX];
    *out = (struct mn_usb_readers){0};
    if (!join(devices, root, "sys/bus/usb/devices") ||
        !join(drivers, root, "usr/lib/pcsc/drivers") ||
        !join(ccid, drivers, "ifd-ccid.bundle/Contents/Info.plist"))
        return;
    out->has_ccid_driver = access(ccid, R_OK) == 0;
    DIR *dir = opendir(devices);
    for (struct dirent *e; dir && (e = readdir(dir));)
        look_at_device(devices, e->d_name, drivers, out);
    if (dir)
        closedir(dir);
}
