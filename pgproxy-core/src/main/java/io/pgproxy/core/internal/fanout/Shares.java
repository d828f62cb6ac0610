package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.PgError;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** Each writer's part in one exchange, in their order. */
final class Shares implements Iterable<Share> {
    private final List<Share> all = new ArrayList<>();
    private final FirstAnswer answer;

    Shares(List<Writer> writers, FirstAnswer answer) {
        this.answer = answer;
        for (Writer writer : writers) {
            all.add(new Share(writer, all.isEmpty() ? answer : new OtherAnswer(answer.comparesRows())));
        }
    }

    Share first() {
        return all.get(0);
    }

    List<Share> others() {
        return all.subList(1, all.size());
    }

    /** The client's. */
    FirstAnswer answer() {
        return answer;
    }

    boolean all(Predicate<Share> holds) {
        return all.stream().allMatch(holds);
    }

    boolean any(Predicate<Share> holds) {
        return all.stream().anyMatch(holds);
    }

    /** Sends all but the first the same. */
    void sendOthers(byte kind, ByteBuf bytes) {
        for (Share other : others()) {
            other.send(kind, bytes.retainedDuplicate());
        }
    }

    /** Ends the batch of all but the first. */
    void syncOthers() {
        others().forEach(other -> other.send(ExpectedAnswers.SYNC, ExtendedCommand.sync()));
    }

    /** Has all begin a block. */
    void begin(String name) {
        all.forEach(share -> share.begin(name));
    }

    /** A writer is gone. */
    void lost(Writer writer, PgError why) {
        all.stream().filter(share -> share.writer() == writer).forEach(share -> share.lost(why));
    }

    List<Verdicts.Said> said() {
        return all.stream().map(Share::said).toList();
    }

    List<Verdicts.Said> saidAtEnd() {
        return all.stream().map(Share::saidAtEnd).toList();
    }

    @Override
    public Iterator<Share> iterator() {
        return all.iterator();
    }
}
