package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Interest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sees the answer to the Bind of a result that is recorded: what planning says there, no recording could say again. */
final class RecordedBindWatch extends NameWatch {
    private static final Interest NOTICES = Upstream.WATCHED.note(BackendTag.NOTICE_RESPONSE);

    private final ResultFlow flow;

    RecordedBindWatch(
            HookSession session,
            Names.Change<?> change,
            Consumer<Upstream> confirmed,
            Consumer<@Nullable PgError> failed,
            ResultFlow flow) {
        super(session, change, confirmed, failed);
        this.flow = flow;
    }

    @Override
    public Interest interest() {
        return NOTICES;
    }

    @Override
    public void noted(byte tag, Upstream upstream) {
        if (tag == 'N' || tag == 'S') {
            flow.disturbed();
        } else {
            super.noted(tag, upstream);
        }
    }
}
