package io.pgproxy.examples.readwrite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the servers are at the start, and which readers can be used.
 *
 * @param servers all of them
 * @param answers of each
 */
public record Survey(Servers servers, Map<Server, Answer> answers) {

    /**
     * Asks all servers. Blocks.
     *
     * @param servers those that the settings name
     * @return what they are
     * @throws IOException if a file that a URL names cannot be read
     * @throws InterruptedException if this thread is interrupted
     */
    public static Survey of(Servers servers) throws IOException, InterruptedException {
        return new Survey(
                servers,
                Question.askAll(Stream.concat(servers.writers().stream(), servers.readers().stream())
                        .toList()));
    }

    /**
     * Tells what somebody should look into.
     *
     * @param warn is told each in one line
     * @return the servers without readers that are of no use
     * @throws IOException in one line, if there is no writer
     */
    public Usable check(Consumer<String> warn) throws IOException {
        answers.forEach((server, answer) -> {
            if (answer instanceof Answer.Away away) {
                warn.accept(server + " cannot be used now: " + away.reason());
            }
        });
        if (servers.writers().stream().noneMatch(writer -> there(writer).isPresent())) {
            throw new IOException("no writer can be used: "
                    + ((Answer.Away) answers.getOrDefault(servers.first(), new Answer.Away("not asked"))).reason());
        }
        if (servers.areMirrored()
                && servers.writers().stream().anyMatch(writer -> there(writer).isEmpty())) {
            warn.accept("nobody can log in before all writers are there");
        }
        for (Server writer : servers.writers()) {
            if (there(writer).filter(there -> !there.takesWrites()).isPresent() && !hasTakenPlace(writer)) {
                warn.accept(writer + " takes no writes: it is a standby (in recovery)");
            }
        }
        List<Server> readers = new ArrayList<>();
        for (Server reader : servers.readers()) {
            Optional<String> complaint = complaint(reader);
            complaint.ifPresentOrElse(why -> warn.accept(reader + " is not used: " + why), () -> readers.add(reader));
        }
        if (readers.isEmpty()) {
            warn.accept("there is no reader: everything goes to the writer");
        }
        return new Usable(servers, readers);
    }

    /** Why a reader cannot be used. One that is away may turn out well. */
    private Optional<String> complaint(Server reader) {
        Optional<Answer.There> there = there(reader);
        if (there.isEmpty() || isNewPrimary(reader)) {
            return Optional.empty();
        }
        if (there.get().takesWrites()) {
            return Optional.of("it is no standby (not in recovery), so nothing that is written to " + servers.first()
                    + " arrives there; start it as a streaming replica of that one, and this proxy again");
        }
        Optional<String> own = there.get().system();
        Optional<String> first = there(servers.first()).flatMap(Answer.There::system);
        boolean another = own.isPresent() && first.isPresent() && !own.equals(first);
        return another ? Optional.of("it is a standby of another server than " + servers.first()) : Optional.empty();
    }

    /** Whether a reader has been promoted in the place of the only writer, which follows now. */
    private boolean isNewPrimary(Server reader) {
        Optional<Answer.There> writer = there(servers.first()).filter(there -> !there.takesWrites());
        Optional<Answer.There> other = there(reader).filter(Answer.There::takesWrites);
        return !servers.areMirrored()
                && writer.isPresent()
                && other.isPresent()
                && writer.get().system().equals(other.get().system());
    }

    private boolean hasTakenPlace(Server writer) {
        return writer.equals(servers.first()) && servers.readers().stream().anyMatch(this::isNewPrimary);
    }

    private Optional<Answer.There> there(Server server) {
        return Objects.requireNonNull(answers.get(server)) instanceof Answer.There there
                ? Optional.of(there)
                : Optional.empty();
    }
}
