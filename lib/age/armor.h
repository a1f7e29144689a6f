/* The first and the last line of an armor. */
#ifndef NT_AGE_ARMOR_H
#define NT_AGE_ARMOR_H

#define ARMOR_BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define ARMOR_END "-----END AGE ENCRYPTED FILE-----"

#endif
