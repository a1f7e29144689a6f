/* What front.c and property.c share: values as YAML. */
#ifndef NT_MARKDOWN_PROPERTY_H
#define NT_MARKDOWN_PROPERTY_H

#include "internal.h"
#include "yaml.h"

/* A page's properties, each a key. */
void md_properties(struct nt_markdown *m, struct md_yaml *y,
    struct nt_value props);

/* 1 if the name is one of a page's own keys. */
int md_is_reserved(struct nt_str name);

/* A string or null. */
void md_yaml_string(struct md_yaml *y, struct nt_value v);

/* A user's or group's name. */
void md_yaml_person(struct nt_markdown *m, struct md_yaml *y,
    struct nt_value user);

/* The page that the id is of, as a link to its file; else the id. */
void md_yaml_reference(struct nt_markdown *m, struct md_yaml *y,
    struct nt_value id);

/* A file of the tree as a link. */
void md_yaml_path(struct nt_markdown *m, struct md_yaml *y, struct nt_str path);

/* A file object, as a link to the asset or its URL; null if it is none. */
void md_yaml_file(struct nt_markdown *m, struct md_yaml *y,
    struct nt_value file, const char *pointer);

#endif
