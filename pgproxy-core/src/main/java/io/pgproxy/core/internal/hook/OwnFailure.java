package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.Refusal;
import io.pgproxy.protocol.PgError;
import org.jspecify.annotations.Nullable;

/** A message that was to be answered here, and whose answer is an error. */
final class OwnFailure implements Refusal {
    private final HookSteering steering;
    private final HeldMessage message;
    private final long began;

    OwnFailure(HookSteering steering, HeldMessage message) {
        this.steering = steering;
        this.message = message;
        this.began = steering.session().exchangeBegan();
    }

    @Override
    public @Nullable ByteBuf inFront() {
        return steering.session().takeNotices();
    }

    @Override
    public void told(PgError error) {
        steering.session().told(error, began);
        steering.statementFailed();
        message.failed(error);
    }

    @Override
    public void skipped() {
        message.skipped();
    }
}
