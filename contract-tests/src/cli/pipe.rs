//! Output that nobody reads any more: `… | head`.

/// Ends the program quietly, with 2, where what is printed has no reader: that is no fault of the program's. Any other
/// panic is told as ever.
pub fn end_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>();
        if text.is_some_and(|text| text.starts_with("failed printing to std")) {
            std::process::exit(2);
        }
        usual(info);
    }));
}
