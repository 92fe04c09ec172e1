"""What is asked of the warehouse beside the marts: one filing as it is shown, how two versions differ, what waits."""
