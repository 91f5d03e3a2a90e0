use std::time::Duration;

use super::ready::Room;
use super::*;

#[tokio::test]
async fn a_command_that_takes_too_long_is_ended_and_run_again_later() {
    let (bench, room) = (Bench::new(Vec::new()).await, Room::new(&[]));
    let ready = room.ready("{exec: {command: [sleep, '600']}}").unwrap();
    let began = bench.clock.now();
    for _ in 0..3 {
        let why = bench.tokens.credential(&ready).await.unwrap_err();
        assert_eq!(why.message, "no token for `service`: the command `sleep` took longer than 30s");
        assert_eq!(why.help.as_deref(), Some("does it wait for an answer?"));
    }
    assert_eq!(bench.clock.since(began), Duration::from_secs(30), "it ran once for all three");
    bench.clock.advance(Duration::from_secs(30));
    assert!(bench.tokens.credential(&ready).await.is_err());
    assert_eq!(bench.clock.since(began), Duration::from_secs(90), "and once more half a minute later");
    assert_eq!(bench.tokens.summary()[0].failed, 2);
}
