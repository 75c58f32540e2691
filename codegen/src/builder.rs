//! The way in: an API and choices in, files out.

use crate::config::Config;
use crate::emit;
use crate::error::Error;
use crate::file_set::FileSet;
use crate::plan::Plan;
use counterpart_model::Api;

/// Turns an API into a crate.
///
/// ```no_run
/// use counterpart_codegen::Generator;
///
/// # fn main() -> Result<(), counterpart_codegen::Error> {
/// let loaded = counterpart_model::load("openapi.yaml");
/// if let Some(api) = &loaded.api {
///     Generator::new(api).generate()?.write("my-api".as_ref())?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Generator<'a> {
    api: &'a Api,
    config: Config,
}

impl<'a> Generator<'a> {
    /// A generator with the default choices.
    #[must_use]
    pub fn new(api: &'a Api) -> Self {
        Self {
            api,
            config: Config::default(),
        }
    }

    /// The same with these choices.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Generates the crate. Nothing is written: that is for the [`FileSet`] to do.
    ///
    /// # Errors
    /// [`Error::Config`] where the choices cannot be followed; [`Error::NotRust`], which is a mistake of the generator.
    pub fn generate(&self) -> Result<FileSet, Error> {
        let config = self.config.clone().checked()?;
        let api = self.api.split_by_direction();
        let plan = Plan::new(&api, &config);
        let files = emit::crate_files(&plan)?;
        Ok(FileSet::new(files, plan.warnings, plan.typed))
    }
}
