/* change, private: what its files share. */
#ifndef NT_CHANGE_INTERNAL_H
#define NT_CHANGE_INTERNAL_H

#include "nt/change.h"

#endif
