"""Names of the standard columns and kinds of fields."""

default_fields = ("doctype", "name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
child_table_fields = ("parent", "parentfield", "parenttype")
table_fields = ("Table", "Table MultiSelect")
float_like_fields = ("Currency", "Float", "Percent")
number_fields = ("Int", "Check", *float_like_fields)
no_value_fields = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", *table_fields)
