package org.e2spark.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The orderly way to fail: finish the frame under way, say why to both neighbours, and read until
 * they have closed too, because a socket closed over unread bytes would take the message back.
 */
final class Farewell {

  private static final long PAUSE_MILLIS = 2;

  private final long deadline;

  Farewell(Duration limit) {
    deadline = System.nanoTime() + limit.toNanos();
  }

  void say(int failedRank, String reason, Link... links) {
    boolean[] done = new boolean[links.length];
    ByteBuffer[] messages = new ByteBuffer[links.length];
    for (int i = 0; i < links.length; i++) {
      messages[i] = Frames.abort(failedRank, reason);
    }
    boolean all = false;
    while (!all && System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
      all = true;
      for (int i = 0; i < links.length; i++) {
        done[i] = done[i] || advance(links[i], messages[i]);
        all &= done[i];
      }
      if (!all) {
        pause();
      }
    }
  }

  private static boolean advance(Link link, ByteBuffer message) {
    try {
      link.write();
      if (link.isSent() && message.hasRemaining()) {
        link.channel().write(message);
        if (!message.hasRemaining()) {
          link.channel().shutdownOutput();
        }
      }
      ByteBuffer ignored = ByteBuffer.allocate(8192);
      int count;
      do {
        count = link.channel().read(ignored.clear());
      } while (count > 0);
      return count < 0;
    } catch (IOException | SyncException e) {
      return true; // a neighbour that is gone needs no telling
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
