package org.e2spark.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;

/**
 * The orderly way to fail: finish the frame under way, say why to both neighbours, and read until
 * they have closed too, because a socket closed over unread bytes would take the message back.
 */
final class Farewell {

  private static final int BOTH = SelectionKey.OP_READ | SelectionKey.OP_WRITE;

  private final long deadline;

  /** What a neighbour is still to be told. */
  private static final class Word {
    private final Link link;
    private final int failedRank;
    private final String reason;
    private boolean begun;
    private boolean said;

    Word(Link link, int failedRank, String reason) {
      this.link = link;
      this.failedRank = failedRank;
      this.reason = reason;
    }

    /** Goes on; true when the neighbour has closed too, or is gone and needs no telling. */
    boolean isOver(ByteBuffer waste) {
      try {
        link.write();
        if (link.isSent() && !begun) {
          begun = true;
          link.sendAbort(failedRank, reason);
          link.write();
        }
        if (begun && !said && link.isSent()) {
          said = true;
          link.channel().shutdownOutput();
        }
        return link.drain(waste);
      } catch (IOException | SyncException e) {
        return true;
      }
    }
  }

  Farewell(Duration limit) {
    deadline = System.nanoTime() + limit.toNanos();
  }

  /** Says it, also in a thread that was interrupted: that flag is set again afterwards. */
  void say(int failedRank, String reason, Link... links) {
    boolean interrupted = Thread.interrupted();
    try (Selector selector = Selector.open()) {
      int neighbours = 0;
      for (Link link : links) {
        if (begin(selector, new Word(link, failedRank, reason))) {
          neighbours++;
        }
      }
      talk(selector, neighbours);
    } catch (IOException e) {
      // Without a selector nobody is told; the neighbours see the sockets closed.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean begin(Selector selector, Word word) {
    try {
      word.link.channel().register(selector, BOTH, word);
      return true;
    } catch (ClosedChannelException e) {
      return false; // a neighbour that is gone needs no telling
    }
  }

  private void talk(Selector selector, int neighbours) throws IOException {
    int left = neighbours;
    ByteBuffer waste = ByteBuffer.allocate(8192);
    while (left > 0) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return;
      }
      selector.select(millis);
      for (SelectionKey key : selector.selectedKeys()) {
        if (((Word) key.attachment()).isOver(waste)) {
          key.cancel();
          left--;
        } else if (((Word) key.attachment()).said) {
          key.interestOps(SelectionKey.OP_READ);
        }
      }
      selector.selectedKeys().clear();
    }
  }
}
