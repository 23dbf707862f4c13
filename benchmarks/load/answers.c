/*
 * The yardstick of scripts/bench-redis --control: one thread that answers every HTTP request with the same bytes and
 * stores nothing. What wrk measures of it is wrk's own and the machine's.
 *
 *   answers PORT SPIN_NANOS    spins that long over each answer, so that it costs what a real one does
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BODY = 170, EVENTS = 256 };

static long nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: answers PORT SPIN_NANOS\n");
        return 2;
    }
    long spin = atol(argv[2]);
    int on = 1;
    int door = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short) atoi(argv[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(door, (struct sockaddr *) &address, sizeof address) || listen(door, 512)) {
        perror("answers");
        return 1;
    }
    char answer[512];
    int length = sprintf(answer,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n", BODY);
    memset(answer + length, ' ', BODY);
    length += BODY;

    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = door};
    epoll_ctl(epoll, EPOLL_CTL_ADD, door, &event);
    struct epoll_event ready[EVENTS];
    char request[4096];
    for (;;) {
        int n = epoll_wait(epoll, ready, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd == door) {
                event.data.fd = accept(door, 0, 0);
                setsockopt(event.data.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
                continue;
            }
            if (read(fd, request, sizeof request) <= 0) {
                close(fd);
                continue;
            }
            for (long until = spin ? nanos() + spin : 0; spin && nanos() < until;) {
            }
            if (write(fd, answer, length) < 0) {
                close(fd);
            }
        }
    }
}
