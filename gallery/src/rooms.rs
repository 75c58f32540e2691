//! Rooms: named by the client, listed from an index that counts from one, made and replaced by `PUT`.

use crate::answer::{Asked, Reply};
use crate::state::State;
use serde_json::{Value, json};

type Is<'a> = &'a dyn Fn(&str) -> bool;

pub(crate) fn operate(state: &mut State, asked: &Asked, is: Is<'_>) -> Reply {
    match asked.operation.as_str() {
        "listRooms" => list(state, asked, is),
        "addRoom" => add(state, asked, is),
        "replaceRoom" => replace(state, asked, is),
        other => {
            let Some(room) = state.rooms.get(asked.id()) else {
                return Reply::error(404, "there is no such room", None);
            };
            if other == "getRoom" {
                return Reply::json(200, shown(asked.id(), room));
            }
            if !is("room-delete-forgotten") {
                state.rooms.remove(asked.id());
            }
            Reply::empty(204)
        }
    }
}

fn shown(name: &str, room: &Value) -> Value {
    let mut shown = room.clone();
    shown["name"] = format!("rooms/{name}").into();
    shown
}

fn list(state: &State, asked: &Asked, is: Is<'_>) -> Reply {
    let start = asked.number("startIndex").unwrap_or(1).max(1);
    let mut count = asked.number("count").unwrap_or(4);
    if is("room-count-ignored") {
        count = 4;
    }
    let from_zero = usize::from(is("room-index-from-zero"));
    let rooms = state.rooms.iter().skip(start - 1 + from_zero).take(count);
    let rooms: Vec<Value> = rooms.map(|(name, room)| shown(name, room)).collect();
    let (found, all) = (rooms.len(), state.rooms.len());
    Reply::json(
        200,
        json!({
            "schemas": ["list"], "Resources": rooms,
            "totalResults": if is("room-total-of-page") { found } else { all },
            "startIndex": if is("room-index-not-told") { 1 } else { start },
            "itemsPerPage": found,
        }),
    )
}

fn add(state: &mut State, asked: &Asked, is: Is<'_>) -> Reply {
    let mut name = asked.query("roomId").unwrap_or_default().to_owned();
    if state.rooms.contains_key(&name) && !is("room-made-twice") {
        return Reply::error(409, "there is a room of this name", Some("roomId"));
    }
    if is("room-name-ignored") {
        name = format!("room-{}", state.count());
    }
    state.rooms.insert(name.clone(), asked.body.clone());
    Reply::json(201, shown(&name, &asked.body))
}

fn replace(state: &mut State, asked: &Asked, is: Is<'_>) -> Reply {
    let name = asked.id().to_owned();
    let before = state.rooms.get(&name).cloned();
    let mut room = asked.body.clone();
    if let Some(Value::Object(members)) = before.clone().filter(|_| is("room-put-merges")) {
        for (name, value) in members {
            if room.get(&name).is_none() {
                room[name] = value;
            }
        }
    }
    let reply = Reply::json(
        if before.is_some() { 200 } else { 201 },
        shown(&name, &room),
    );
    if !(is("room-put-forgotten") && before.is_some()) {
        state.rooms.insert(name, room);
    }
    reply
}
