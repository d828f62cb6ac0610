package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.ProtocolException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What a client has been asked in its login.
 *
 * @param read reads the body of the answer
 * @param answer completes with it
 * @param <T> what the answer is
 */
record Question<T>(Function<ByteBuf, T> read, CompletableFuture<T> answer) {
    /**
     * The client has answered.
     *
     * @throws ProtocolException (08P01) if it is no answer; who waits for one is told first
     */
    void answered(ByteBuf body) {
        T value;
        try {
            value = read.apply(body);
        } catch (ProtocolException e) {
            failed(e);
            throw e;
        }
        answer.complete(value);
    }

    void failed(RuntimeException why) {
        answer.completeExceptionally(why);
    }
}
