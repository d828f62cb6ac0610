/** One class for each system that is worth starting; all of them are sub-commands of one jar. */
@NullMarked
package io.pgproxy.examples;

import org.jspecify.annotations.NullMarked;
