//! The client against a scripted environment, on a clock the tests turn.

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod condition;
#[cfg(test)]
mod deadline;
#[cfg(test)]
mod fault_table;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod management_zones;
#[cfg(test)]
mod ownership;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod request_bytes;
#[cfg(test)]
mod results;
#[cfg(test)]
mod sandbox_soak;
#[cfg(test)]
mod sandbox_world;
#[cfg(test)]
mod segments;
#[cfg(test)]
mod services;
mod settings;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod soak;
#[cfg(test)]
mod states;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod workflows;
#[cfg(test)]
mod world;
#[cfg(test)]
mod writing;
