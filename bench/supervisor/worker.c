/*
 * The worker of the supervisor benchmark: `worker MODE ID EVENTS [COUNT]`. Each process appends a line
 * "ID PID MONOTONIC-NANOSECONDS" to EVENTS, in one write, when it really runs: nobody's claim is trusted.
 *
 *   idle      waits
 *   crash     ends with code 1
 *   lines     prints COUNT numbered lines of 100 bytes, announces ID.done, ends; started again it only waits
 *   stubborn  ignores SIGTERM; so do its child, its grandchild and one that left its session
 *   leader    ends when asked; its child, its grandchild and one that left its session ignore SIGTERM
 *   daemon    waits; one descendant has forked twice into a session of its own
 *
 * An alarm ends every process at last.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *events;

static void announce(const char *id, const char *suffix) {
  struct timespec now;
  char line[256];
  clock_gettime(CLOCK_MONOTONIC, &now);
  int size = snprintf(line, sizeof line, "%s%s %d %lld\n", id, suffix, getpid(), now.tv_sec * 1000000000LL + now.tv_nsec);
  int file = open(events, O_WRONLY | O_APPEND | O_CREAT, 0644);
  if (file < 0 || write(file, line, size) != size) _exit(2);
  close(file);
}

static void wait_for_ever(void) {
  for (;;) pause();
}

static void print_lines(const char *id, long count) {
  char marker[512];
  struct stat known;
  snprintf(marker, sizeof marker, "%s.%s.ran", events, id);
  if (stat(marker, &known) == 0) wait_for_ever();
  close(open(marker, O_CREAT | O_WRONLY, 0644));
  announce(id, ".begin");
  static char buffer[4096];
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  for (long n = 0; n < count; n++) printf("%09ld %089d\n", n, 0);
  fflush(stdout);
  announce(id, ".done");
}

/* A child with a grandchild and one that leaves the session; all of them ignore SIGTERM. */
static void fork_stubborn_family(const char *id) {
  if (fork() != 0) return;
  signal(SIGTERM, SIG_IGN);
  alarm(600);
  if (fork() == 0) {
    announce(id, ".grandchild");
    wait_for_ever();
  }
  if (fork() == 0) {
    setsid();
    announce(id, ".escaped");
    wait_for_ever();
  }
  announce(id, ".child");
  wait_for_ever();
}

static void fork_daemon(const char *id) {
  if (fork() != 0) return;
  setsid();
  if (fork() == 0) {
    alarm(600);
    announce(id, ".daemon");
    wait_for_ever();
  }
  _exit(0);
}

int main(int count, char **words) {
  if (count < 4) return 2;
  const char *mode = words[1], *id = words[2];
  events = words[3];
  alarm(600);
  if (strcmp(mode, "lines") == 0) {
    print_lines(id, atol(words[4]));
    return 0;
  }
  if (strcmp(mode, "stubborn") == 0) signal(SIGTERM, SIG_IGN);
  if (strcmp(mode, "stubborn") == 0 || strcmp(mode, "leader") == 0) fork_stubborn_family(id);
  if (strcmp(mode, "daemon") == 0) fork_daemon(id);
  announce(id, "");
  if (strcmp(mode, "crash") == 0) return 1;
  wait_for_ever();
}
