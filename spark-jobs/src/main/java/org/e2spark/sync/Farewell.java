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
  private record Word(Link link, ByteBuffer message) {

    boolean isSaid() {
      return link.isSent() && !message.hasRemaining();
    }
  }

  Farewell(Duration limit) {
    deadline = System.nanoTime() + limit.toNanos();
  }

  void say(int failedRank, String reason, Link... links) {
    try (Selector selector = Selector.open()) {
      int neighbours = 0;
      for (Link link : links) {
        if (begin(selector, new Word(link, Frames.abort(failedRank, reason)))) {
          neighbours++;
        }
      }
      talk(selector, neighbours);
    } catch (IOException e) {
      // Without a selector nobody is told; the neighbours see the sockets closed.
    }
  }

  private static boolean begin(Selector selector, Word word) {
    try {
      word.link().channel().register(selector, BOTH, word);
      return true;
    } catch (ClosedChannelException e) {
      return false; // a neighbour that is gone needs no telling
    }
  }

  private void talk(Selector selector, int neighbours) throws IOException {
    int left = neighbours;
    while (left > 0 && !Thread.currentThread().isInterrupted()) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return;
      }
      selector.select(millis);
      for (SelectionKey key : selector.selectedKeys()) {
        if (isOver((Word) key.attachment())) {
          key.cancel();
          left--;
        } else if (((Word) key.attachment()).isSaid()) {
          key.interestOps(SelectionKey.OP_READ);
        }
      }
      selector.selectedKeys().clear();
    }
  }

  private static boolean isOver(Word word) {
    Link link = word.link();
    try {
      link.write();
      if (link.isSent() && word.message().hasRemaining()) {
        link.channel().write(word.message());
        if (!word.message().hasRemaining()) {
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
}
