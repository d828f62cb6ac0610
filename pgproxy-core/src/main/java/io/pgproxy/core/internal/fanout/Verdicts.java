package io.pgproxy.core.internal.fanout;

import io.pgproxy.protocol.PgError;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each writer has said to one exchange, and what the client is told if that is not the same. */
final class Verdicts {
    /** The transaction is rolled back everywhere. */
    private static final String ROLLED_BACK = "40000";

    /** Some have done it, and others have not. */
    private static final String UNKNOWN = "40003";

    private static final Logger LOG = LoggerFactory.getLogger(FanOutSession.class);

    private Verdicts() {}

    /** What somebody has to look into is not for the client alone, who may be gone. */
    static void note(PgError told) {
        if (told.sqlState().equals(UNKNOWN)) {
            LOG.error("{}: {}", told.message(), told.detail());
        }
    }

    /** A writer was lost while some may have done what cannot be taken back. */
    static PgError lost(List<Said> all, String why) {
        return PgError.of(UNKNOWN, why)
                .withDetail(detail(all))
                .withHint("Find out which of the writers have done it before going on.");
    }

    private static String detail(List<Said> all) {
        return all.stream().map(Said::shown).collect(Collectors.joining("; ")) + ".";
    }

    /**
     * What one writer has said.
     *
     * @param writer its name
     * @param error null if it has succeeded
     * @param tags the command tags
     */
    record Said(String writer, @Nullable PgError error, List<String> tags) {
        private String done() {
            return tags.isEmpty() ? "nothing" : String.join(", ", tags);
        }

        private String shown() {
            PgError failed = error;
            return writer + ": " + (failed == null ? done() : failed.sqlState() + " " + failed.message());
        }
    }

    /** Whether it is the command tag of what cannot be taken back. */
    static boolean isCommit(String tag) {
        return tag.equals("COMMIT") || tag.equals("COMMIT PREPARED");
    }

    /** Whether all have done the same. */
    static boolean agree(List<Said> all) {
        Said first = all.get(0);
        return all.stream().allMatch(said -> said.error() == null && said.tags().equals(first.tags()));
    }

    /**
     * What the client is told in the place of what the first has said.
     *
     * @param lasting whether what has succeeded cannot be taken back
     * @return null if the first one's word holds for all
     */
    static @Nullable PgError judge(List<Said> all, boolean lasting) {
        Said first = all.get(0);
        List<Said> others = all.subList(1, all.size());
        boolean othersFailed = others.stream().anyMatch(said -> said.error() != null);
        boolean othersRan =
                othersFailed || others.stream().anyMatch(said -> !said.tags().isEmpty());
        if (agree(all) || !othersRan) {
            return null;
        }
        if (first.error() == null) {
            return error(all, lasting);
        }
        boolean sameEnd = !othersFailed || others.stream().allMatch(said -> said.error() != null);
        boolean sameTags = others.stream().allMatch(said -> said.tags().equals(first.tags()));
        return sameEnd && (sameTags || !lasting) ? null : error(all, lasting);
    }

    /**
     * The error of all of them together.
     *
     * @param lasting whether what has succeeded cannot be taken back
     */
    static PgError error(List<Said> all, boolean lasting) {
        List<Said> failed = all.stream().filter(said -> said.error() != null).toList();
        String detail = detail(all);
        if (lasting) {
            return PgError.of(UNKNOWN, "some writers have done it, and some have not")
                    .withDetail(detail)
                    .withHint("Bring the writers to the same state before going on.");
        }
        if (failed.isEmpty()) {
            return PgError.of(ROLLED_BACK, "the writers disagree about what was done")
                    .withDetail(detail);
        }
        PgError why = failed.get(0).error();
        String state = why == null ? ROLLED_BACK : why.sqlState();
        String message = why == null ? "" : why.message();
        return PgError.of(state, "writer " + failed.get(0).writer() + ": " + message)
                .withDetail(detail);
    }
}
