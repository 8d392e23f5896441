"""What is said about graded work: feedback, the class report, exported scores."""
