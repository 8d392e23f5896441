"""What any check is made of: it calls, observes, judges and reports; it knows no exercise."""
