/*
 * served - the tables in which notion-serve keeps its workspace, in one file
 * with a repository; notion-repo(5).
 *
 * Calls nothing.  Room service makes them and room repo lets them stand, word
 * for word.
 */
#ifndef NT_SERVED_H
#define NT_SERVED_H

/* X(name, SQL) for each of them. */
#define NT_SERVED(X)							\
	X("served", "CREATE TABLE served(key TEXT PRIMARY KEY, value) "	\
	    "WITHOUT ROWID")						\
	/* times are milliseconds, trasher is the row it went away with */ \
	X("served_object", "CREATE TABLE served_object("		\
	    "row INTEGER PRIMARY KEY, id BLOB NOT NULL, "		\
	    "kind INTEGER NOT NULL, parent INTEGER NOT NULL, "		\
	    "state INTEGER NOT NULL, position INTEGER NOT NULL, "	\
	    "created INTEGER NOT NULL, edited INTEGER NOT NULL, "	\
	    "shape INTEGER NOT NULL, trasher INTEGER NOT NULL DEFAULT 0, " \
	    "link BLOB, title TEXT, json BLOB NOT NULL)")		\
	X("served_id", "CREATE UNIQUE INDEX served_id ON "		\
	    "served_object(id, kind)")					\
	X("served_place", "CREATE INDEX served_place ON "		\
	    "served_object(parent, kind, state, position)")		\
	X("served_rows", "CREATE INDEX served_rows ON "			\
	    "served_object(parent, state, created, id) WHERE kind = 1")	\
	X("served_recent", "CREATE INDEX served_recent ON "		\
	    "served_object(state, edited, id) WHERE kind IN (1, 3)")	\
	X("served_link", "CREATE INDEX served_link ON "			\
	    "served_object(link, position) WHERE link IS NOT NULL")	\
	X("served_trasher", "CREATE INDEX served_trasher ON "		\
	    "served_object(trasher) WHERE trasher <> 0")		\
	/* data is NULL where the bytes are in the folder of assets */	\
	X("served_file", "CREATE TABLE served_file("			\
	    "sha256 TEXT PRIMARY KEY, type TEXT NOT NULL, "		\
	    "size INTEGER NOT NULL, data BLOB) WITHOUT ROWID")		\
	X("served_part", "CREATE TABLE served_part(upload INTEGER, "	\
	    "number INTEGER, data BLOB NOT NULL, "			\
	    "PRIMARY KEY(upload, number)) WITHOUT ROWID")		\
	X("served_sent", "CREATE TABLE served_sent("			\
	    "upload INTEGER PRIMARY KEY, sha256 TEXT NOT NULL)")	\
	X("served_counter", "CREATE TABLE served_counter("		\
	    "row INTEGER PRIMARY KEY, last INTEGER NOT NULL)")

#endif
