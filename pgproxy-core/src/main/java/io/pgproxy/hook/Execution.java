package io.pgproxy.hook;

import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.TransactionStatus;
import java.util.List;

/**
 * One run of a statement: a portal from Bind to its end, a statement of a Query, a FunctionCall. Valid until
 * {@link ObserveHook#completed} has returned.
 */
public interface Execution {
    /** {@return what runs} */
    Statement statement();

    /** {@return the exchange it belongs to} */
    Exchange exchange();

    /**
     * The parameters as Bind gave them.
     *
     * @return empty for a Query, and for SQL's EXECUTE, whose parameters stand in its text; those of a FunctionCall are
     *     its arguments
     */
    List<Parameter> parameters();

    /** {@return the result formats as Bind gave them: none, one for all columns, or one for each} */
    List<Format> resultFormats();

    /** {@return the state of the transaction that it will find if everything before it succeeds} */
    TransactionStatus transaction();

    /**
     * Whether something before it may have written: in its transaction, or in an exchange still in flight.
     *
     * @return true if it may
     */
    boolean afterWrite();

    /**
     * Under which terms it runs: what the session's terms and all that admit it agree to; before they have agreed, the
     * session's. A cache has to hold the settings in its key, for a result may depend on them.
     *
     * @return limits and settings
     */
    default Terms terms() {
        return Terms.NONE;
    }

    /** {@return the session} */
    default Session session() {
        return statement().session();
    }
}
