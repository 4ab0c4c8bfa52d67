/**
 * What workers tell each other and the driver: sums of gradients around a ring, and progress.
 *
 * <p>A <em>worker</em> is one Spark task of a barrier stage and holds one <em>rank</em> from 0 to
 * the <em>world size</em> less one. Workers meet once, through Spark's own barrier ({@link
 * org.apache.spark.BarrierTaskContext#allGather}, which takes a second whatever it carries), and
 * from then on talk over their own sockets:
 *
 * <pre>{@code
 * try (var meeting = Meeting.open(host, options, 1)) {
 *   List<String> addresses = ...;                       // every worker's, by task, from allGather
 *   try (Communicator ring = meeting.join(task, addresses, secret)) {
 *     ring.allReduceSum(gradients);                     // now the sum over all workers, same bits everywhere
 *   }
 * }
 * }</pre>
 *
 * <p>Every connection begins with a mutual challenge and response under a secret the driver drew
 * for this one attempt of this one run ({@link org.e2spark.sync.RunSecret}); the secret itself
 * never crosses these sockets. What follows travels in clear unless {@link
 * org.e2spark.sync.Encryption#AES_GCM} is asked for.
 *
 * <p>Nothing here waits without limit, and the first failure is the one that is told: a worker that
 * fails says why to both its neighbours, they pass it on, and everybody's exception carries it.
 */
package org.e2spark.sync;
