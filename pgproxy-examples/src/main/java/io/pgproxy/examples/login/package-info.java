/** Logins that something else than a file decides on. */
@NullMarked
package io.pgproxy.examples.login;

import org.jspecify.annotations.NullMarked;
