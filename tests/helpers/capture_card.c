/* A capture card that is not there: what FFmpeg asks of a V4L2 driver (open, ioctl; the memory is a
 * memfd) is answered as linux/videodev2.h says. The first letter of the file CHENGMAI_CARD decides:
 * o there, b busy, p no right to it, g gone, s there and without a signal. YUYV 320x180 at 25/s; the
 * pictures count up in the brightness of their upper left quarter. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 320, HEIGHT = 180, SIZE = WIDTH * HEIGHT * 2, SLOT = 1 << 17, MOST = 32 };
static int card = -1, count, queued[MOST], head, waiting, number;
static unsigned char *memory;
static double next;

static char mode(void) {
    char letter = 'g';
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
    int file = real(getenv("CHENGMAI_CARD"), O_RDONLY);
    if (file >= 0) { if (read(file, &letter, 1) != 1) letter = 'g'; close(file); }
    return letter;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int fail(int error) { errno = error; return -1; }

int open64(const char *path, int flags, ...) {
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
    va_list rest;
    va_start(rest, flags);
    mode_t bits = va_arg(rest, mode_t);
    va_end(rest);
    if (strcmp(path, "/dev/video77")) return real(path, flags, bits);
    switch (mode()) {
        case 'b': return fail(EBUSY);
        case 'p': return fail(EACCES);
        case 'g': return fail(ENOENT);
    }
    card = memfd_create("card", 0);
    if (card < 0 || ftruncate(card, (off_t)MOST * SLOT)) return -1;
    memory = mmap(NULL, (size_t)MOST * SLOT, PROT_READ | PROT_WRITE, MAP_SHARED, card, 0);
    head = waiting = number = 0;
    next = now();
    return card;
}

static int take(struct v4l2_buffer *buffer) {
    for (;; usleep(2000)) { /* the file was opened to wait */
        char letter = mode();
        if (letter == 'g') return fail(ENODEV);
        if (letter != 's' && waiting && now() >= next) break;
    }
    int index = queued[head];
    head = (head + 1) % MOST;
    waiting--;
    unsigned char *at = memory + (size_t)index * SLOT;
    for (int i = 0; i < SIZE; i++) at[i] = i % 2 ? 128 : 60 + (i / 2 + 7 * number) % 100;
    for (int y = 0; y < HEIGHT / 2; y++)
        for (int x = 0; x < WIDTH / 2; x++) at[(y * WIDTH + x) * 2] = 40 + 2 * (number % 80);
    number++;
    next = next + 0.04 < now() - 1 ? now() : next + 0.04;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    buffer->index = index;
    buffer->bytesused = SIZE;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->timestamp.tv_sec = t.tv_sec;
    buffer->timestamp.tv_usec = t.tv_nsec / 1000;
    buffer->length = SIZE;
    return 0;
}

int ioctl(int file, unsigned long request, ...) {
    int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    va_list rest;
    va_start(rest, request);
    void *data = va_arg(rest, void *);
    va_end(rest);
    if (card < 0 || file != card) return real(file, request, data);
    switch ((unsigned int)request) {
        case VIDIOC_QUERYCAP: {
            struct v4l2_capability *cap = data;
            memset(cap, 0, sizeof *cap);
            strcpy((char *)cap->card, "card of a test");
            cap->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
            return 0;
        }
        case VIDIOC_G_INPUT: *(int *)data = 0; return 0;
        case VIDIOC_S_INPUT: return 0;
        case VIDIOC_ENUMINPUT: {
            struct v4l2_input *input = data;
            if (input->index) return fail(EINVAL);
            memset(input, 0, sizeof *input);
            strcpy((char *)input->name, "HDMI");
            return 0;
        }
        case VIDIOC_ENUM_FMT: {
            struct v4l2_fmtdesc *format = data;
            if (format->index) return fail(EINVAL);
            format->pixelformat = V4L2_PIX_FMT_YUYV;
            return 0;
        }
        case VIDIOC_G_FMT:
        case VIDIOC_S_FMT: {
            struct v4l2_format *format = data;
            memset(&format->fmt, 0, sizeof format->fmt);
            format->fmt.pix.width = WIDTH;
            format->fmt.pix.height = HEIGHT;
            format->fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
            format->fmt.pix.field = V4L2_FIELD_NONE;
            format->fmt.pix.bytesperline = WIDTH * 2;
            format->fmt.pix.sizeimage = SIZE;
            return 0;
        }
        case VIDIOC_G_PARM:
        case VIDIOC_S_PARM: {
            struct v4l2_streamparm *parm = data;
            parm->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
            parm->parm.capture.timeperframe.numerator = 1;
            parm->parm.capture.timeperframe.denominator = 25;
            return 0;
        }
        case VIDIOC_REQBUFS: {
            struct v4l2_requestbuffers *wanted = data;
            if (wanted->count > MOST) wanted->count = MOST;
            count = wanted->count;
            return 0;
        }
        case VIDIOC_QUERYBUF: {
            struct v4l2_buffer *buffer = data;
            if ((int)buffer->index >= count) return fail(EINVAL);
            buffer->length = SIZE;
            buffer->m.offset = buffer->index * SLOT;
            return 0;
        }
        case VIDIOC_QBUF:
            queued[(head + waiting++) % MOST] = ((struct v4l2_buffer *)data)->index;
            return 0;
        case VIDIOC_DQBUF: return take(data);
        case VIDIOC_STREAMON: return 0;
        case VIDIOC_STREAMOFF: waiting = 0; return 0;
    }
    return fail(ENOTTY);
}
