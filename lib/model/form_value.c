/* Shapes of property values in pages (api 3.6). */
#include "internal.h"

static const struct shape shape_number = { .kind = SHAPE_NUMBER };
static const struct shape shape_contact =
    { .kind = SHAPE_TEXT, .max = NT_CONTACT_MAX };

/* ---- options ---- */

static int
option_rule(struct check *c, const struct place *at, struct nt_value v)
{
	if (nt_value_there(nt_value_get(v, "id")) ||
	    nt_value_there(nt_value_get(v, "name")))
		return 0;
	nt_check_should_at(c, at, "id", "defined", NT_VALUE_NONE);
	return nt_check_should_at(c, at, "name", "defined", NT_VALUE_NONE);
}

static int
option_name_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_str name = nt_value_text(v);
	size_t i;

	(void)at;
	for (i = 0; i < name.len; i++)
		if (name.p[i] == ',')
			return nt_check_say(c, "Invalid select option, commas "
			    "not allowed: %.*s", (int)name.len, name.p);
	return 0;
}

const struct shape nt_shape_option_name = {
	.kind = SHAPE_TEXT, .min = 1, .max = NT_OPTION_NAME_MAX,
	.rule = option_name_rule
};
static const struct shape shape_option_id =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_OPTION_NAME_MAX };
static const struct member option_members[] = {
	{ "id", &shape_option_id, 0 },
	{ "name", &nt_shape_option_name, 0 },
	{ "color", &nt_shape_text, 0 },
	{ "description", &nt_shape_text, NULLABLE },
	{ 0 }
};
static const struct shape shape_option = {
	.kind = SHAPE_OBJECT, .members = option_members, .rule = option_rule
};
static const struct shape shape_options =
    { .kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &shape_option };

/* ---- references ---- */

static const struct member reference_members[] = {
	{ "id", &nt_shape_id, NEEDED },
	{ 0 }
};
static const struct shape shape_page_reference =
    { .kind = SHAPE_OBJECT, .members = reference_members };
static const struct shape shape_relation = {
	.kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &shape_page_reference
};
/* A person may be sent back whole, as it was read. */
static const struct shape shape_person = {
	.kind = SHAPE_OBJECT, .loose = 1, .members = reference_members
};
static const struct shape shape_people =
    { .kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &shape_person };

/* ---- files ---- */

static const struct member hosted_members[] = {
	{ "url", &nt_shape_text, NEEDED },
	{ "expiry_time", &nt_shape_text, 0 },
	{ 0 }
};
static const struct shape shape_hosted =
    { .kind = SHAPE_OBJECT, .members = hosted_members };
static const struct member file_members[] = {
	{ "file", &shape_hosted, ONE_OF },
	{ "external", &nt_shape_external, ONE_OF },
	{ "file_upload", &nt_shape_upload, ONE_OF },
	{ "name", &nt_shape_file_name, 0 },
	{ 0 }
};

/* An external file has no name to be known by but the one that is given. */
static int
file_rule(struct check *c, const struct place *at, struct nt_value v)
{
	if (nt_value_there(nt_value_get(v, "external")) &&
	    !nt_value_there(nt_value_get(v, "name")))
		return nt_check_should_at(c, at, "name", "defined",
		    NT_VALUE_NONE);
	return 0;
}

static const struct shape shape_file = {
	.kind = SHAPE_OBJECT, .members = file_members, .rule = file_rule
};
static const struct shape shape_files =
    { .kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &shape_file };

/* ---- places, verification, addresses ---- */

static const struct shape shape_latitude =
    { .kind = SHAPE_NUMBER, .min = -90, .max = 90 };
static const struct shape shape_longitude =
    { .kind = SHAPE_NUMBER, .min = -180, .max = 180 };
static const struct member place_members[] = {
	{ "lat", &shape_latitude, NEEDED },
	{ "lon", &shape_longitude, NEEDED },
	{ "name", &nt_shape_text, NULLABLE },
	{ "address", &nt_shape_text, NULLABLE },
	{ "aws_place_id", &nt_shape_text, NULLABLE },
	{ "google_place_id", &nt_shape_text, NULLABLE },
	{ 0 }
};
static const struct shape shape_place =
    { .kind = SHAPE_OBJECT, .members = place_members };

static const char *const states[] = { "verified", "unverified", NULL };
static const struct shape shape_state =
    { .kind = SHAPE_WORD, .words = states };
static const struct member verification_members[] = {
	{ "state", &shape_state, NEEDED },
	{ "date", &nt_shape_date_value, NULLABLE },
	{ 0 }
};
static const struct shape shape_verification =
    { .kind = SHAPE_OBJECT, .members = verification_members };

static const struct shape shape_address =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_URL_MAX };

/* ---- by kind ---- */

static const struct {
	const struct shape *of;
	int nullable;
} values[NT_PROP_COUNT] = {
	[NT_PROP_TITLE] = { &nt_shape_rich_text, 0 },
	[NT_PROP_RICH_TEXT] = { &nt_shape_rich_text, 0 },
	[NT_PROP_NUMBER] = { &shape_number, 1 },
	[NT_PROP_SELECT] = { &shape_option, 1 },
	[NT_PROP_MULTI_SELECT] = { &shape_options, 0 },
	[NT_PROP_STATUS] = { &shape_option, 1 },
	[NT_PROP_DATE] = { &nt_shape_date_value, 1 },
	[NT_PROP_PEOPLE] = { &shape_people, 0 },
	[NT_PROP_FILES] = { &shape_files, 0 },
	[NT_PROP_CHECKBOX] = { &nt_shape_bool, 0 },
	[NT_PROP_URL] = { &shape_address, 1 },
	[NT_PROP_EMAIL] = { &shape_contact, 1 },
	[NT_PROP_PHONE_NUMBER] = { &shape_contact, 1 },
	[NT_PROP_RELATION] = { &shape_relation, 0 },
	[NT_PROP_VERIFICATION] = { &shape_verification, 0 },
	[NT_PROP_PLACE] = { &shape_place, 1 }
};

int
nt_check_prop_value(struct check *c, const struct place *at, enum nt_prop type,
    struct nt_value v)
{
	if (values[type].of == NULL)
		return nt_check_absent(c, at, v);
	if (values[type].nullable && nt_value_is(v, NT_JSON_NULL))
		return 0;
	return nt_check_shape(c, at, values[type].of, v);
}

/*
 * A value whose type is only known from the schema passes here.  With a type
 * key of its own it is checked by that.
 */
static int
value_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_value type = nt_value_get(v, "type");
	enum nt_prop kind = nt_prop_of(v);
	struct place in = { .up = at };
	struct nt_value inner;

	if (!nt_value_is(v, NT_JSON_OBJECT) || kind == NT_PROP_OTHER ||
	    !nt_prop_kind(kind)->writable)
		return 0;
	in.key = nt_str_of(nt_prop_kind(kind)->name);
	inner = nt_value_get(v, nt_prop_kind(kind)->name);
	if (nt_value_there(inner))
		return nt_check_prop_value(c, &in, kind, inner);
	if (nt_value_there(type))
		return nt_check_should(c, &in, "defined", inner);
	return 0;
}

static const struct shape shape_value =
    { .kind = SHAPE_ANY, .rule = value_rule };
const struct shape nt_shape_page_values =
    { .kind = SHAPE_MAP, .of = &shape_value };
