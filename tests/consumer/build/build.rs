fn main() -> Result<(), ltpc::build::Error> {
    ltpc::build("sleep.ltp")
}
