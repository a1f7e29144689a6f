# backup.mk - the workspace backed up, looked after and put back by make
#
#	make -f backup.mk backup verify		as often as you like
#	make -f backup.mk restore PAGES=ID,...	what somebody threw away or broke
#
# PLACE is a folder or what rclone reaches (s3:bucket/notion).
PLACE ?= backups
KEEP  ?= 7days,4weeks,12months

backup:
	notion backup create --destination $(PLACE) --retention $(KEEP)
verify:
	notion backup verify --destination $(PLACE) --all
restore:
	notion backup restore --destination $(PLACE) $(PAGES:%=--pages %)
list:
	notion backup list --destination $(PLACE)

.PHONY: backup verify restore list
