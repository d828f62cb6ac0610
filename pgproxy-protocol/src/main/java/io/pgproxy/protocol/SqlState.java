package io.pgproxy.protocol;

/**
 * SQLSTATEs that a proxy meets or gives.
 *
 * <p>See "PostgreSQL Error Codes" in the PostgreSQL manual; the names are those of errcodes.txt in the server's source.
 */
public final class SqlState {
    /** 00000: success. */
    public static final String SUCCESSFUL_COMPLETION = "00000";
    /** 01000: a warning. */
    public static final String WARNING = "01000";
    /** 02000: no data. */
    public static final String NO_DATA = "02000";
    /** 08000: a fault of a connection. */
    public static final String CONNECTION_EXCEPTION = "08000";
    /** 08001: the other server cannot be reached. */
    public static final String SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION = "08001";
    /** 08003: there is no such connection. */
    public static final String CONNECTION_DOES_NOT_EXIST = "08003";
    /** 08004: the other server refused the connection. */
    public static final String SQLSERVER_REJECTED_ESTABLISHMENT_OF_SQLCONNECTION = "08004";
    /** 08006: the connection broke. */
    public static final String CONNECTION_FAILURE = "08006";
    /** 08007: the connection broke and nobody knows how the transaction ended. */
    public static final String TRANSACTION_RESOLUTION_UNKNOWN = "08007";
    /** 08P01: bytes that the protocol does not allow at their place. */
    public static final String PROTOCOL_VIOLATION = "08P01";
    /** 0A000: not supported; also for a cached plan whose result changed. */
    public static final String FEATURE_NOT_SUPPORTED = "0A000";
    /** 21000: more rows than may be. */
    public static final String CARDINALITY_VIOLATION = "21000";
    /** 22000: a value that does not fit. */
    public static final String DATA_EXCEPTION = "22000";
    /** 22003: a number out of its type's range. */
    public static final String NUMERIC_VALUE_OUT_OF_RANGE = "22003";
    /** 22008: a date or time out of its type's range. */
    public static final String DATETIME_FIELD_OVERFLOW = "22008";
    /** 22021: bytes that are no text in the given encoding. */
    public static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";
    /** 22023: a value that a setting or argument cannot take. */
    public static final String INVALID_PARAMETER_VALUE = "22023";
    /** 22P02: text that is no value of its type. */
    public static final String INVALID_TEXT_REPRESENTATION = "22P02";
    /** 22P03: bytes that are no value of their type. */
    public static final String INVALID_BINARY_REPRESENTATION = "22P03";
    /** 23505: a value that must be unique is there already. */
    public static final String UNIQUE_VIOLATION = "23505";
    /** 25000: not allowed in this state of the transaction. */
    public static final String INVALID_TRANSACTION_STATE = "25000";
    /** 25001: not allowed in a transaction block. */
    public static final String ACTIVE_SQL_TRANSACTION = "25001";
    /** 25006: a write where only reading is allowed. */
    public static final String READ_ONLY_SQL_TRANSACTION = "25006";
    /** 25P01: allowed in a transaction block only. */
    public static final String NO_ACTIVE_SQL_TRANSACTION = "25P01";
    /** 25P02: the transaction block has failed: all is refused until it ends. */
    public static final String IN_FAILED_SQL_TRANSACTION = "25P02";
    /** 25P03: the session was idle in a transaction for too long. */
    public static final String IDLE_IN_TRANSACTION_SESSION_TIMEOUT = "25P03";
    /** 25P04: the transaction took too long. */
    public static final String TRANSACTION_TIMEOUT = "25P04";
    /** 26000: no prepared statement has this name. */
    public static final String INVALID_SQL_STATEMENT_NAME = "26000";
    /** 28000: not allowed to log in, for example without a user name. */
    public static final String INVALID_AUTHORIZATION_SPECIFICATION = "28000";
    /** 28P01: the password is wrong. */
    public static final String INVALID_PASSWORD = "28P01";
    /** 34000: no portal has this name. */
    public static final String INVALID_CURSOR_NAME = "34000";
    /** 3D000: no database has this name. */
    public static final String INVALID_CATALOG_NAME = "3D000";
    /** 3F000: no schema has this name. */
    public static final String INVALID_SCHEMA_NAME = "3F000";
    /** 40001: the transaction could not be serialized; it may be tried again. */
    public static final String SERIALIZATION_FAILURE = "40001";
    /** 40003: nobody knows whether the statement ended. */
    public static final String STATEMENT_COMPLETION_UNKNOWN = "40003";
    /** 40P01: a deadlock; the transaction may be tried again. */
    public static final String DEADLOCK_DETECTED = "40P01";
    /** 42501: not permitted. */
    public static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** 42601: not SQL that can be understood. */
    public static final String SYNTAX_ERROR = "42601";
    /** 42704: no object has this name. */
    public static final String UNDEFINED_OBJECT = "42704";
    /** 42883: no function has this name and these arguments. */
    public static final String UNDEFINED_FUNCTION = "42883";
    /** 42804: a value that does not have the type of its place. */
    public static final String DATATYPE_MISMATCH = "42804";
    /** 42P01: no table has this name. */
    public static final String UNDEFINED_TABLE = "42P01";
    /** 42P02: there is no such parameter. */
    public static final String UNDEFINED_PARAMETER = "42P02";
    /** 42P03: a portal has this name already. */
    public static final String DUPLICATE_CURSOR = "42P03";
    /** 42P05: a prepared statement has this name already. */
    public static final String DUPLICATE_PREPARED_STATEMENT = "42P05";
    /** 42P18: the type of a parameter cannot be decided. */
    public static final String INDETERMINATE_DATATYPE = "42P18";
    /** 53000: something ran out. */
    public static final String INSUFFICIENT_RESOURCES = "53000";
    /** 53200: memory ran out. */
    public static final String OUT_OF_MEMORY = "53200";
    /** 53300: too many connections. */
    public static final String TOO_MANY_CONNECTIONS = "53300";
    /** 53400: a configured limit was reached. */
    public static final String CONFIGURATION_LIMIT_EXCEEDED = "53400";
    /** 54000: larger than can be handled. */
    public static final String PROGRAM_LIMIT_EXCEEDED = "54000";
    /** 54001: a statement that is nested too deeply. */
    public static final String STATEMENT_TOO_COMPLEX = "54001";
    /** 55000: not possible in this state of an object. */
    public static final String OBJECT_NOT_IN_PREREQUISITE_STATE = "55000";
    /** 55006: the object is in use. */
    public static final String OBJECT_IN_USE = "55006";
    /** 55P03: a lock could not be had in time. */
    public static final String LOCK_NOT_AVAILABLE = "55P03";
    /** 57000: somebody intervened. */
    public static final String OPERATOR_INTERVENTION = "57000";
    /** 57014: the query was cancelled, by a CancelRequest or a time limit. */
    public static final String QUERY_CANCELED = "57014";
    /** 57P01: the server shuts down or the session was terminated. */
    public static final String ADMIN_SHUTDOWN = "57P01";
    /** 57P02: another session crashed the server. */
    public static final String CRASH_SHUTDOWN = "57P02";
    /** 57P03: the server starts or stops. */
    public static final String CANNOT_CONNECT_NOW = "57P03";
    /** 57P04: the session's database was dropped. */
    public static final String DATABASE_DROPPED = "57P04";
    /** 57P05: the session was idle for too long. */
    public static final String IDLE_SESSION_TIMEOUT = "57P05";
    /** 58000: a fault outside of the server. */
    public static final String SYSTEM_ERROR = "58000";
    /** 58030: a fault of input or output. */
    public static final String IO_ERROR = "58030";
    /** F0000: the configuration is wrong. */
    public static final String CONFIG_FILE_ERROR = "F0000";
    /** P0001: raised by a function without an SQLSTATE of its own. */
    public static final String RAISE_EXCEPTION = "P0001";
    /** XX000: a fault of the server itself; also for errors that came without an SQLSTATE. */
    public static final String INTERNAL_ERROR = "XX000";

    private SqlState() {}
}
