/* SPDX-License-Identifier: Apache-2.0 */
/* The other end of a network device or of a console's port: a mirror, like that of the C model. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qemu.h"

enum { LENGTH_BYTES = 4, NET_HEADER_BYTES = 12 };

void qemu_peer_reset(struct qemu_peer *peer, int fd, bool framed)
{
    peer->fd = fd;
    peer->framed = framed;
    peer->kept = peer->held = 0;
    peer->owed = 0;
}

static void keep(struct qemu_peer *peer, const uint8_t *bytes, size_t n)
{
    size_t room = QEMU_KEPT_BYTES - peer->kept;
    memcpy(peer->keep + peer->kept, bytes, n < room ? n : room);
    peer->kept += n < room ? n : room;
}

static bool send_back(const struct qemu_peer *peer, const uint8_t *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(peer->fd, bytes, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

static size_t packet_bytes(const uint8_t *at)
{
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

/* Whole packets go back as they came; the driver gets each with a header in front. */
static bool return_packets(struct qemu_peer *peer)
{
    size_t at = 0;
    while (peer->held - at >= LENGTH_BYTES) {
        size_t n = packet_bytes(peer->hold + at);
        if (n > QEMU_KEPT_BYTES - LENGTH_BYTES)
            return false;
        if (peer->held - at - LENGTH_BYTES < n)
            break;
        keep(peer, peer->hold + at + LENGTH_BYTES, n);
        if (!send_back(peer, peer->hold + at, LENGTH_BYTES + n))
            return false;
        peer->owed += NET_HEADER_BYTES + n;
        at += LENGTH_BYTES + n;
    }
    memmove(peer->hold, peer->hold + at, peer->held - at);
    peer->held -= at;
    return true;
}

static bool return_bytes(struct qemu_peer *peer)
{
    keep(peer, peer->hold, peer->held);
    peer->owed += peer->held;
    bool is_good = send_back(peer, peer->hold, peer->held);
    peer->held = 0;
    return is_good;
}

bool qemu_peer_turn(struct qemu_peer *peer)
{
    if (peer->fd < 0)
        return true;
    ssize_t n = recv(peer->fd, peer->hold + peer->held, QEMU_KEPT_BYTES - peer->held, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (n == 0)
        return false;
    peer->held += (size_t)n;
    return peer->framed ? return_packets(peer) : return_bytes(peer);
}
