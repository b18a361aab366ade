/** Calls a worker at an even pace, whatever becomes of the calls before, and tells how each went. */
export const create = ({ endpoints, connect }) => ({
  start() {
    endpoints.publish('pace', {
      async call(worker, perSecond, seconds) {
        const client = connect(worker);
        const query = { id: 1, a: 2, b: 3, name: 'alpha' };
        const latencies = [];
        const failures = [];
        const open = new Set();
        const begun = performance.now();
        for (let made = 0; made < perSecond * seconds;) {
          const due = Math.min(perSecond * seconds, ((performance.now() - begun) / 1000) * perSecond);
          for (; made < due; made += 1) {
            const at = performance.now();
            const answered = client.handle(query).then(
              () => latencies.push(performance.now() - at),
              (error) => failures.push(error.message),
            );
            open.add(answered);
            void answered.finally(() => open.delete(answered));
          }
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await Promise.all(open);
        latencies.sort((a, b) => a - b);
        const at = (part) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))];
        return {
          calls: latencies.length + failures.length,
          failed: failures.length,
          failures: [...new Set(failures)],
          p50Ms: at(0.5),
          p99Ms: at(0.99),
          maxMs: at(1),
        };
      },
    });
  },
});
